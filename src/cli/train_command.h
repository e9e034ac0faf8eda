// `vigil train`: a recipe and a folder of clips → weights, logs and a report; or the same for every fold and seed.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_train_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
