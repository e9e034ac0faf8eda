#include "server/problem.h"

#include <format>

#include <nlohmann/json.hpp>

namespace vigil::server {

std::string Problem::json() const {
  nlohmann::ordered_json json{{"code", code_}, {"message", what()}};
  if (!field_.empty()) json["field"] = field_;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Problem problem_of(const core::Error& error, const char* conflict) {
  using enum core::ErrorCode;
  switch (error.code) {
    case kInvalidArgument: return {422, "invalid", error.message, error.field};
    case kNotFound: return {404, "not_found", error.message};
    case kConflict: return {409, conflict, error.message, error.field};
    case kUnreadable:
    case kUnsupported: return {422, "unusable", error.message};
    case kTimedOut: return {503, "busy", "the repository is busy; try again in a moment"};
    case kCancelled: return {503, "stopping", "the server is stopping"};
    case kIo:
    case kInternal: break;
  }
  return Problem(500, "internal", "something went wrong in the server; its log says what").with_detail(error.message);
}

void nothing_here(const std::string& what) { throw Problem(404, "not_found", std::format("there is no {}", what)); }

}  // namespace vigil::server
