#include "alerts/crypto.h"

#include <array>
#include <memory>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>

#include "core/check.h"

namespace vigil::alerts {
namespace {

using core::ErrorCode;
using core::fail;

constexpr int kTagSize = 16;
constexpr std::size_t kHashSize = 32;

template <auto release>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_clear_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Null where the point is none of the curve. Without a secret it is a public key.
Key key_of(std::string_view point, std::string_view secret) {
  if (point.size() != kPointSize || (!secret.empty() && secret.size() != kScalarSize)) return nullptr;
  const std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>> build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  const Number number(secret.empty() ? nullptr : BN_bin2bn(bytes_of(secret), static_cast<int>(secret.size()), nullptr));
  if (number) OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get());
  const std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(build.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  const int selection = secret.empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1) {
    return nullptr;
  }
  return Key(key);
}

std::string in_bytes(const BIGNUM* number) {
  std::string bytes(kScalarSize, '\0');
  VIGIL_CHECK(BN_bn2binpad(number, bytes_of(bytes), static_cast<int>(bytes.size())) > 0, "a scalar of the curve fits");
  return bytes;
}

}  // namespace

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  VIGIL_CHECK(RAND_bytes(bytes_of(bytes), static_cast<int>(count)) == 1, "the operating system gives random bytes");
  return bytes;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string digest(kHashSize, '\0');
  const auto* made =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), bytes_of(digest), nullptr);
  VIGIL_CHECK(made != nullptr, "HMAC-SHA-256 is there");
  return digest;
}

std::string hkdf_sha256(std::string_view salt, std::string_view key, std::string_view info, std::size_t length) {
  VIGIL_CHECK(length <= kHashSize, "one block of HKDF");
  return hmac_sha256(hmac_sha256(salt, key), std::string(info) + '\x01').substr(0, length);
}

std::string seal_aes_128_gcm(std::string_view key, std::string_view nonce, std::string_view plain) {
  const std::unique_ptr<EVP_CIPHER_CTX, Free<EVP_CIPHER_CTX_free>> context(EVP_CIPHER_CTX_new());
  std::string sealed(plain.size() + kTagSize, '\0');
  int written = 0;
  int rest = 0;
  const bool done =
      EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, bytes_of(key), bytes_of(nonce)) == 1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(sealed), &written, bytes_of(plain), static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(sealed) + written, &rest) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagSize, bytes_of(sealed) + plain.size()) == 1;
  VIGIL_CHECK(done, "AES-128-GCM is there");
  return sealed;
}

P256Pair make_p256_pair() {
  const Key key(EVP_EC_gen("P-256"));
  VIGIL_CHECK(key != nullptr, "P-256 is there");
  std::string point(kPointSize, '\0');
  std::size_t size = 0;
  BIGNUM* secret = nullptr;
  const bool got =
      EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, bytes_of(point), point.size(), &size) == 1 &&
      size == kPointSize && EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &secret) == 1;
  const Number owned(secret);
  VIGIL_CHECK(got, "a pair of P-256 has a point and a scalar");
  return {.secret = in_bytes(secret), .point = std::move(point)};
}

core::Status check_p256_pair(const P256Pair& pair) {
  const Key key = pair.secret.empty() ? nullptr : key_of(pair.point, pair.secret);
  const KeyContext context(key ? EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr) : nullptr);
  if (context && EVP_PKEY_pairwise_check(context.get()) == 1) return {};
  return fail(ErrorCode::kInvalidArgument,
              "the private and the public key are not a pair of the curve P-256; make new ones");
}

core::Result<std::string> agree(const P256Pair& mine, std::string_view their_point) {
  const Key own = key_of(mine.point, mine.secret);
  const Key their = key_of(their_point, {});
  if (!own || !their) return fail(ErrorCode::kInvalidArgument, "this is no key of the curve P-256");
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own.get(), nullptr));
  std::string shared(kScalarSize, '\0');
  std::size_t size = shared.size();
  if (EVP_PKEY_derive_init(context.get()) == 1 && EVP_PKEY_derive_set_peer(context.get(), their.get()) == 1 &&
      EVP_PKEY_derive(context.get(), bytes_of(shared), &size) == 1 && size == kScalarSize) {
    return shared;
  }
  return fail(ErrorCode::kInvalidArgument, "no secret can be agreed on with this key of the curve P-256");
}

core::Result<std::string> sign_es256(const P256Pair& pair, std::string_view text) {
  const Key key = pair.secret.empty() ? nullptr : key_of(pair.point, pair.secret);
  if (!key) return fail(ErrorCode::kInvalidArgument, "the private key is none of the curve P-256; make new ones");
  const std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  std::array<unsigned char, 80> der{};  // a DER signature of P-256 has 72 at most
  std::size_t size = der.size();
  const bool made = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
                    EVP_DigestSign(context.get(), der.data(), &size, bytes_of(text), text.size()) == 1;
  const unsigned char* begin = der.data();
  const std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>> signature(
      made ? d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(size)) : nullptr);
  if (!signature) return fail(ErrorCode::kInternal, "signing with the private key of web push failed; make new keys");
  return in_bytes(ECDSA_SIG_get0_r(signature.get())) + in_bytes(ECDSA_SIG_get0_s(signature.get()));
}

}  // namespace vigil::alerts
