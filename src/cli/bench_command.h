// `vigil bench`: measures this machine. `bench line`: what each stage of the line costs on a video.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_bench_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
