// vigil demo [FILE…] : the tour: analyses a real street video, and whatever else is named, and shows the report.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_demo_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
