// A FileBody as HTTP: whole, or the range that was asked for (RFC 9110 §14).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <drogon/HttpRequest.h>
#include <drogon/HttpResponse.h>

#include "server/response.h"

namespace vigil::server {

struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t length = 0;  // above 0
};

// Of "bytes=0-499", "bytes=500-", "bytes=-500". Nothing: not one range of this unit, so the whole is to be given. A length
// of 0: it can not be satisfied.
std::optional<ByteRange> range_of(std::string_view header, std::uint64_t size);

// 200, 206, 404 or 416.
drogon::HttpResponsePtr http_file(const FileBody& file, const drogon::HttpRequest& request);

}  // namespace vigil::server
