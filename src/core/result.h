// Result and Error: how a room reports what may go wrong at run time (files, cameras, models, requests).
//
//   Result<Image> load(const std::string& path);
//   auto image = load(path);
//   if (!image) return std::unexpected(image.error().with_context("poster"));
//
// Bugs are CHECKs (core/check.h) and never come this way. Errors are plain values, movable between threads.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace vigil::core {

enum class ErrorCode {
  kInvalidArgument,  // the caller's input is outside what is allowed: wrong usage
  kNotFound,         // the named thing does not exist
  kConflict,         // what is asked contradicts what is there: a name is taken, the last administrator would go
  kUnreadable,       // exists but cannot be read as what it should be: corrupt, truncated, wrong format, no video stream
  kUnsupported,      // understood, but not something this build can do
  kTimedOut,         // a network or device did not answer in time
  kCancelled,        // a stop was requested
  kIo,               // reading or writing failed: disk full, no permission
  kInternal,         // a foreign library failed in a way that its input does not explain
};

std::string_view to_string(ErrorCode code);

// `message` names the thing, the value seen and the remedy, in one sentence that can be shown to a user as it is.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string field = {};  // which of the caller's values it is about, by the value's name; empty: no single one

  // The same error with "context: " before its message.
  Error with_context(std::string_view context) const;
};

template <typename T>
using Result = std::expected<T, Error>;

// For functions that return nothing when they succeed.
using Status = std::expected<void, Error>;

// `return fail(ErrorCode::kNotFound, "no such file: …")` in a function that returns Result or Status.
std::unexpected<Error> fail(ErrorCode code, std::string message);

}  // namespace vigil::core
