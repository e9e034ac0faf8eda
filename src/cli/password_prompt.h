// How a command asks for a password: twice and unseen on a terminal, else as one line of standard input.
#pragma once

#include <string>

#include "core/result.h"

namespace vigil::cli {

// Errors: kInvalidArgument (the two differ, or there is no input).
core::Result<std::string> ask_new_password();

}  // namespace vigil::cli
