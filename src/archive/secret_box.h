// SecretBox: seals small secrets (camera addresses with passwords, second factors) before they go into the database; the key
// lies in a file of its own, so that a copy of the database alone gives nothing away.
//
//   auto box = SecretBox::open(data / "secret.key");
//   std::string sealed = box->seal("rtsp://user:password@camera/");
//   auto opened = box->unseal(sealed);
//
// XSalsa20-Poly1305 of libsodium with a random nonce in front. Callable from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"

namespace vigil::archive {

class SecretBox {
 public:
  static constexpr std::size_t kKeySize = 32;

  // Makes the key where the file is missing, readable by its owner only. Errors: kIo, kUnreadable (not a key, or others may
  // read it).
  static core::Result<SecretBox> open(const std::filesystem::path& key_file);

  std::string seal(std::string_view secret) const;

  // Errors: kUnreadable (another key, or it was changed).
  core::Result<std::string> unseal(std::string_view sealed) const;

 private:
  explicit SecretBox(std::array<unsigned char, kKeySize> key) : key_(key) {}
  std::array<unsigned char, kKeySize> key_;
};

}  // namespace vigil::archive
