// `vigil tracklets`: cuts pictures of people out of videos, for training a network for their looks.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_tracklets_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
