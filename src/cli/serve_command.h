// `vigil serve`: the product: cameras, uploads, repository and web UI.
#pragma once

#include "cli/command_context.h"

namespace CLI {
class App;
}

namespace vigil::cli {

void register_serve_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
