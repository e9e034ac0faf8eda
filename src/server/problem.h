// Problem: why a request gets no answer; thrown by handlers, caught at the door, sent as the API's Problem (openapi.json).
//
//   const archive::User user = take(archive.accounts().get(id));       // 404, 409, 422, 500, 503 by the error's code
//   if (name.empty()) throw Problem(422, "empty_field", "the name is empty", "name");
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "core/result.h"

namespace vigil::server {

class Problem : public std::runtime_error {
 public:
  Problem(int status, std::string code, const std::string& message, std::string field = {})
      : std::runtime_error(message), status_(status), code_(std::move(code)), field_(std::move(field)) {}

  int status() const { return status_; }               // of HTTP
  const std::string& code() const { return code_; }    // for programs
  const std::string& field() const { return field_; }  // that it is about; empty: none
  std::string message() const { return what(); }       // a sentence for people
  std::string json() const;

  // What the log should say beyond that, and clients need not know.
  Problem with_detail(std::string detail) const {
    Problem problem = *this;
    problem.detail_ = std::move(detail);
    return problem;
  }
  const std::string& detail() const { return detail_; }

 private:
  int status_;
  std::string code_;
  std::string field_;
  std::string detail_;
};

// `conflict`: the API's code where the error is kConflict.
Problem problem_of(const core::Error& error, const char* conflict = "conflict");

template <typename T>
T take(core::Result<T> result, const char* conflict = "conflict") {
  if (!result) throw problem_of(result.error(), conflict);
  return std::move(*result);
}
inline void take(const core::Status& status, const char* conflict = "conflict") {
  if (!status) throw problem_of(status.error(), conflict);
}

// What there is not, or what the caller may not know of.
[[noreturn]] void nothing_here(const std::string& what);

}  // namespace vigil::server
