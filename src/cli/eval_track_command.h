// `vigil eval track`: measures how well people were followed, against ground truth of the MOT Challenge.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

// Within `vigil eval`, whose own arguments it does not take.
void register_eval_track_command(CLI::App& eval, CommandContext& context);

}  // namespace vigil::cli
