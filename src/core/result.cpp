#include "core/result.h"

#include <format>
#include <utility>

namespace vigil::core {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument: return "invalid argument";
    case ErrorCode::kNotFound: return "not found";
    case ErrorCode::kConflict: return "conflict";
    case ErrorCode::kUnreadable: return "unreadable";
    case ErrorCode::kUnsupported: return "unsupported";
    case ErrorCode::kTimedOut: return "timed out";
    case ErrorCode::kCancelled: return "cancelled";
    case ErrorCode::kIo: return "i/o error";
    case ErrorCode::kInternal: return "internal error";
  }
  return "unknown error";
}

Error Error::with_context(std::string_view context) const {
  return Error{.code = code, .message = std::format("{}: {}", context, message), .field = field};
}

std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{.code = code, .message = std::move(message)});
}

}  // namespace vigil::core
