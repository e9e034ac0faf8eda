// `vigil label`: people in videos as teachers find them, as COCO JSON to train a detector on.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_label_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
