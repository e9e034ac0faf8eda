// http_post: sends a body to an address and judges the answer.
//
//   auto sent = http_post({.url = url, .headers = {"Content-Type: application/json"}, .body = body}, stop);
//
// Redirects are not followed. Blocks; any thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"

namespace vigil::alerts {

struct HttpPost {
  std::string url = {};
  std::vector<std::string> headers = {};
  std::string body = {};
  std::chrono::milliseconds time_out = std::chrono::seconds(10);
  std::filesystem::path ca_file = {};
  bool only_public = false;  // https alone, and no private address
};

// Ensures: the server answered 2xx. Errors: kNotFound (404, 410), kInvalidArgument (any other 3xx or 4xx but 408 and 429, or
// what another try cannot change), kTimedOut, kCancelled, kIo.
core::Status http_post(const HttpPost& post, std::stop_token stop);

}  // namespace vigil::alerts
