#include "server/tus.h"

#include <format>

namespace vigil::test {
namespace {

constexpr const char* kTus = "Tus-Resumable: 1.0.0";

}  // namespace

HttpAnswer begin_upload(HttpClient& client, std::uint64_t size, const std::string& name) {
  return client.send({.method = "POST",
                      .path = "/api/v1/uploads",
                      .headers = {kTus, std::format("Upload-Length: {}", size), "Upload-Metadata: filename " + name}});
}

HttpAnswer send_piece(HttpClient& client, const std::string& path, std::size_t offset, const std::string& bytes) {
  return client.send(
      {.method = "PATCH",
       .path = path,
       .body = bytes,
       .headers = {kTus, std::format("Upload-Offset: {}", offset), "Content-Type: application/offset+octet-stream"}});
}

std::optional<std::size_t> upload_offset(HttpClient& client, const std::string& path) {
  const HttpAnswer answer = client.send({.method = "HEAD", .path = path, .headers = {kTus}});
  if (answer.status != 200) return std::nullopt;
  return std::stoul(answer.headers.at("upload-offset"));
}

}  // namespace vigil::test
