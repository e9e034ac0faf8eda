// vigil analyze INPUT… : events, evidence and a report for each video.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_analyze_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
