// The tus protocol as a browser speaks it, for tests: an upload in pieces.
//
//   const std::string path = begin_upload(admin, bytes.size()).headers.at("location");
//   send_piece(admin, path, 0, bytes.substr(0, 1000));
//   EXPECT_EQ(upload_offset(admin, path), 1000);
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/http_client.h"

namespace vigil::test {

// `name`: in base64, as Upload-Metadata has it.
HttpAnswer begin_upload(HttpClient& client, std::uint64_t size, const std::string& name = "c3RhZ2VkLm1wNA==");  // staged.mp4
HttpAnswer send_piece(HttpClient& client, const std::string& path, std::size_t offset, const std::string& bytes);

// Bytes that have arrived; nothing: there is no such upload.
std::optional<std::size_t> upload_offset(HttpClient& client, const std::string& path);

}  // namespace vigil::test
