// `vigil watch URL`: the line on a camera, events as lines of JSON while they happen (docs/watch-lines.md).
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_watch_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
