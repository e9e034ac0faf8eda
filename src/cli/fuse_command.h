// `vigil fuse CLIP PERSON --data DIR`: measures two recipes and what both say together, and calibrates them into one
// probability.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_fuse_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
