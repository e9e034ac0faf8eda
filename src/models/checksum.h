// The SHA-256 of a file, as 64 hexadecimal digits in lower case.
//
//   auto hash = sha256_of(path);   // Result<std::string>
//
// Reads the file once in pieces. Callable from any thread.
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"

namespace vigil::models {

// Errors: kNotFound, kIo.
core::Result<std::string> sha256_of(const std::filesystem::path& path);

}  // namespace vigil::models
