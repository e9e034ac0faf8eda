// `vigil predict`: class and probability of violence for each file.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_predict_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
