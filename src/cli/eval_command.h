// `vigil eval`: measures weights on a folder of clips, or a recipe by cross-validation.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_eval_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
