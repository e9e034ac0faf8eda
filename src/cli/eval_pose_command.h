// `vigil eval pose`: measures how well a pose estimator finds people's key points, against ground truth of COCO.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

// Within `vigil eval`, whose own arguments it does not take.
void register_eval_pose_command(CLI::App& eval, CommandContext& context);

}  // namespace vigil::cli
