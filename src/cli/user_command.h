// vigil user add | passwd | list: accounts of the repository, from the machine it lies on; how to get in again when the
// password of the only administrator is lost.
#pragma once

#include "cli/command_context.h"

namespace vigil::cli {

void register_user_command(CLI::App& app, CommandContext& context);

}  // namespace vigil::cli
