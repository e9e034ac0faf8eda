#include "server/second_factor.h"

#include <array>
#include <cstdlib>
#include <ctime>
#include <format>
#include <memory>
#include <random>

#include <liboath/oath.h>

#include "core/check.h"

namespace vigil::server {
namespace {

constexpr std::int64_t kStepS = 30;
constexpr std::size_t kDigits = 6;
constexpr std::size_t kSecretBytes = 20;

struct Freed {
  void operator()(char* memory) const { std::free(memory); }
};
using Text = std::unique_ptr<char, Freed>;

void start() {
  static const int started = oath_init();
  VIGIL_CHECK(started == OATH_OK, "liboath starts");
}

std::string percent_encoded(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    encoded += plain ? std::string(1, c) : std::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

}  // namespace

std::string new_totp_secret() {
  start();
  std::random_device random;  // the operating system's
  std::array<char, kSecretBytes> bytes{};
  for (char& byte : bytes) byte = static_cast<char>(random());
  char* encoded = nullptr;
  std::size_t length = 0;
  VIGIL_CHECK(oath_base32_encode(bytes.data(), bytes.size(), &encoded, &length) == OATH_OK, "20 bytes become base32");
  const Text text(encoded);
  return std::string(text.get(), length);
}

std::string totp_uri(const std::string& secret, const std::string& user_name) {
  return std::format("otpauth://totp/Vigil:{}?secret={}&issuer=Vigil&algorithm=SHA1&digits={}&period={}",
                     percent_encoded(user_name), secret, kDigits, kStepS);
}

std::optional<std::int64_t> totp_step(const std::string& secret, const std::string& code, archive::WallTime time) {
  start();
  if (code.size() != kDigits) return std::nullopt;
  char* decoded = nullptr;
  std::size_t length = 0;
  if (oath_base32_decode(secret.data(), secret.size(), &decoded, &length) != OATH_OK) return std::nullopt;
  const Text bytes(decoded);
  const std::time_t now = std::chrono::system_clock::to_time_t(time);
  for (const std::int64_t away : {0, -1, 1}) {
    const std::time_t at = now + away * kStepS;
    std::array<char, kDigits + 1> right{};
    if (oath_totp_generate(bytes.get(), length, at, kStepS, 0, kDigits, right.data()) != OATH_OK) continue;
    if (code == right.data()) return at / kStepS;
  }
  return std::nullopt;
}

}  // namespace vigil::server
