// `vigil eval detect`: measures how well a detector finds people, against ground truth of COCO or the MOT Challenge.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

// Within `vigil eval`, whose own arguments it does not take.
void register_eval_detect_command(CLI::App& eval, CommandContext& context);

}  // namespace vigil::cli
