// vigil models list | pull | verify | info: the weights that come with Vigil, and the public ones that can be pulled.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_models_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
