#include "archive/secret_box.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <format>

#include <sys/stat.h>

#include "core/atomic_file.h"
#include "core/check.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using core::fail;

static_assert(SecretBox::kKeySize == crypto_secretbox_KEYBYTES);

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOthers = 0077;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Nobody but the owner can read it at any moment; one that another program made meanwhile stays.
core::Status make_key(const std::filesystem::path& path) {
  const std::filesystem::path temporary = core::temporary_path(path);
  std::array<unsigned char, SecretBox::kKeySize> key{};
  crypto_secretbox_keygen(key.data());
  ::unlink(temporary.c_str());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  const bool written =
      file >= 0 && ::write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) ::close(file);
  sodium_memzero(key.data(), key.size());
  if (!written) return fail(ErrorCode::kIo, std::format("cannot write {}: {}", path.string(), std::strerror(reason)));
  const bool linked = ::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST;
  ::unlink(temporary.c_str());
  if (!linked) return fail(ErrorCode::kIo, std::format("cannot make {}: {}", path.string(), std::strerror(errno)));
  return core::sync_file(path);
}

}  // namespace

core::Result<SecretBox> SecretBox::open(const std::filesystem::path& key_file) {
  VIGIL_CHECK(sodium_init() >= 0, "libsodium starts");
  struct stat status = {};
  if (::stat(key_file.c_str(), &status) != 0) {
    if (auto made = make_key(key_file); !made) return std::unexpected(made.error());
    if (::stat(key_file.c_str(), &status) != 0)
      return fail(ErrorCode::kIo, std::format("cannot read {}", key_file.string()));
  }
  if ((status.st_mode & kOthers) != 0) {
    return fail(ErrorCode::kUnreadable,
                std::format("{} may be read by others: chmod 600 {}", key_file.string(), key_file.string()));
  }
  auto text = core::read_file(key_file);
  if (!text) return std::unexpected(text.error());
  if (text->size() != kKeySize) {
    return fail(ErrorCode::kUnreadable,
                std::format("{} is no key: {} bytes, not {}", key_file.string(), text->size(), kKeySize));
  }
  std::array<unsigned char, kKeySize> key{};
  std::memcpy(key.data(), text->data(), key.size());
  sodium_memzero(text->data(), text->size());
  return SecretBox(key);
}

std::string SecretBox::seal(std::string_view secret) const {
  std::string sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + secret.size(), '\0');
  randombytes_buf(sealed.data(), crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(bytes(sealed) + crypto_secretbox_NONCEBYTES, bytes(secret), secret.size(), bytes(sealed),
                        key_.data());
  return sealed;
}

core::Result<std::string> SecretBox::unseal(std::string_view sealed) const {
  constexpr std::size_t kAround = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (sealed.size() >= kAround) {
    std::string secret(sealed.size() - kAround, '\0');
    const std::string_view box = sealed.substr(crypto_secretbox_NONCEBYTES);
    if (crypto_secretbox_open_easy(bytes(secret), bytes(box), box.size(), bytes(sealed), key_.data()) == 0) return secret;
  }
  return fail(ErrorCode::kUnreadable, "a sealed secret cannot be opened: the key file is another one");
}

}  // namespace vigil::archive
