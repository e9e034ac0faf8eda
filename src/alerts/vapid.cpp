#include "alerts/vapid.h"

#include <chrono>
#include <format>

#include "alerts/crypto.h"
#include "alerts/encoding.h"
#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using Json = nlohmann::ordered_json;

constexpr auto kGoodFor = std::chrono::hours(12);  // RFC 8292 allows 24

core::Result<P256Pair> pair_of(const VapidKeys& keys) {
  const auto secret = from_base64url(keys.private_key);
  const auto point = from_base64url(keys.public_key);
  if (!secret || !point || secret->size() != kScalarSize || point->size() != kPointSize) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      "'public_key' and 'private_key' must be VAPID keys: base64url of 65 and of 32 bytes; make new ones");
  }
  return P256Pair{.secret = *secret, .point = *point};
}

}  // namespace

VapidKeys make_vapid_keys() {
  const P256Pair pair = make_p256_pair();
  return {.public_key = to_base64url(pair.point), .private_key = to_base64url(pair.secret)};
}

core::Status check_vapid_keys(const VapidKeys& keys) {
  const auto pair = pair_of(keys);
  if (!pair) return std::unexpected(pair.error());
  return check_p256_pair(*pair);
}

core::Result<std::string> vapid_authorization(const std::string& origin, const std::string& subject, const VapidKeys& keys,
                                              AlertTime now) {
  const auto pair = pair_of(keys);
  if (!pair) return std::unexpected(pair.error());
  const auto ends = std::chrono::floor<std::chrono::seconds>(now + kGoodFor).time_since_epoch().count();
  const Json header = {{"typ", "JWT"}, {"alg", "ES256"}};
  const Json claims = {{"aud", origin}, {"exp", ends}, {"sub", subject}};
  const std::string token =
      to_base64url(header.dump()) + '.' + to_base64url(claims.dump(-1, ' ', false, Json::error_handler_t::replace));
  const auto signature = sign_es256(*pair, token);
  if (!signature) return std::unexpected(signature.error());
  return std::format("vapid t={}.{}, k={}", token, to_base64url(*signature), keys.public_key);
}

}  // namespace vigil::alerts
