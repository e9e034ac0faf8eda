#include "server/http_file.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <format>

#include "server/problem.h"

namespace vigil::server {
namespace {

constexpr std::string_view kUnit = "bytes=";

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

drogon::HttpResponsePtr plain(int status, const std::string& body) {
  auto http = drogon::HttpResponse::newHttpResponse();
  http->setStatusCode(static_cast<drogon::HttpStatusCode>(status));
  http->setContentTypeString("application/json");
  http->setBody(body);
  return http;
}

}  // namespace

std::optional<ByteRange> range_of(std::string_view header, std::uint64_t size) {
  if (!header.starts_with(kUnit)) return std::nullopt;
  header.remove_prefix(kUnit.size());
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view first = header.substr(0, dash), last = header.substr(dash + 1);
  const auto begin = number_in(first), end = number_in(last);
  if ((!first.empty() && !begin) || (!last.empty() && !end) || (first.empty() && last.empty())) return std::nullopt;
  if (!begin) {
    const std::uint64_t length = std::min(*end, size);
    return ByteRange{.begin = size - length, .length = length};
  }
  if (end && *end < *begin) return std::nullopt;
  if (*begin >= size) return ByteRange{};
  return ByteRange{.begin = *begin, .length = std::min(end.value_or(size - 1), size - 1) - *begin + 1};
}

drogon::HttpResponsePtr http_file(const FileBody& file, const drogon::HttpRequest& request) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(file.path, error);
  if (error) return plain(404, Problem(404, "not_found", "the file is no longer there").json());
  const auto range = range_of(request.getHeader("range"), size);
  drogon::HttpResponsePtr http;
  if (range && range->length == 0) {
    http = plain(416, Problem(416, "range", std::format("the file has {} bytes", size)).json());
    http->addHeader("Content-Range", std::format("bytes */{}", size));
    return http;
  }
  if (range) {
    http = drogon::HttpResponse::newFileResponse(file.path.string(), range->begin, range->length, /*setContentRange=*/true,
                                                 file.download_name, drogon::CT_CUSTOM, file.type);
  } else {
    http = drogon::HttpResponse::newFileResponse(file.path.string(), file.download_name, drogon::CT_CUSTOM, file.type);
  }
  http->addHeader("Accept-Ranges", "bytes");
  http->addHeader("Cache-Control", file.forever ? "private, max-age=31536000, immutable" : "private, no-cache");
  return http;
}

}  // namespace vigil::server
