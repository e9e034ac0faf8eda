// `vigil eval reid`: measures how well a network for looks tells people apart.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_eval_reid_command(CLI::App& eval, CommandContext& context);

}  // namespace vigil::cli
