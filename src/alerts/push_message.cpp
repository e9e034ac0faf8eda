#include "alerts/push_message.h"

#include <format>

#include "alerts/encoding.h"

namespace vigil::alerts {
namespace {

using namespace std::string_literals;

constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kAuthSize = 16;
constexpr std::size_t kKeySize = 16;
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kSecretSize = 32;

const std::string kRecordSize = "\x00\x00\x10\x00"s;  // 4096, big-endian
constexpr char kLastRecord = '\x02';

}  // namespace

PushSeed fresh_push_seed() { return {.salt = random_bytes(kSaltSize), .sender = make_p256_pair()}; }

core::Result<std::string> encrypt_push(std::string_view text, const PushKeys& keys, const PushSeed& seed) {
  const auto wrong = [](const std::string& what) { return core::fail(core::ErrorCode::kInvalidArgument, what); };
  if (text.size() > kLongestPush) {
    return wrong(std::format("a push message of {} bytes is too long; {} can be sent", text.size(), kLongestPush));
  }
  const auto receiver = from_base64url(keys.p256dh);
  const auto auth = from_base64url(keys.auth);
  if (!receiver || receiver->size() != kPointSize)
    return wrong("'p256dh' of the subscription must be base64url of 65 bytes");
  if (!auth || auth->size() != kAuthSize) return wrong("'auth' of the subscription must be base64url of 16 bytes");
  const auto shared = agree(seed.sender, *receiver);
  if (!shared) return std::unexpected(shared.error().with_context("'p256dh' of the subscription"));

  const std::string key_info = "WebPush: info\0"s + *receiver + seed.sender.point;
  const std::string secret = hkdf_sha256(*auth, *shared, key_info, kSecretSize);
  const std::string key = hkdf_sha256(seed.salt, secret, "Content-Encoding: aes128gcm\0"s, kKeySize);
  const std::string nonce = hkdf_sha256(seed.salt, secret, "Content-Encoding: nonce\0"s, kNonceSize);
  const std::string header = seed.salt + kRecordSize + static_cast<char>(kPointSize) + seed.sender.point;
  return header + seal_aes_128_gcm(key, nonce, std::string(text) + kLastRecord);
}

}  // namespace vigil::alerts
