// `vigil eval`: measures weights on a folder of clips, or a recipe by cross-validation. `vigil eval track` is a command of
// its own, see eval_track_command.h.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_eval_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
