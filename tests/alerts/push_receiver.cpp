#include "push_receiver.h"

#include <memory>

#include "alerts/encoding.h"
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>

namespace vigil::alerts {
namespace {

using namespace std::string_literals;

unsigned char* raw(const std::string& text) { return reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())); }

std::string hkdf(const std::string& salt, const std::string& key, const std::string& info, std::size_t length) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr), &EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(kdf.get()), &EVP_KDF_CTX_free);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, raw(key), key.size()),
                                   OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, raw(salt), salt.size()),
                                   OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, raw(info), info.size()),
                                   OSSL_PARAM_construct_end()};
  std::string derived(length, '\0');
  EVP_KDF_derive(context.get(), raw(derived), length, parameters);
  return derived;
}

}  // namespace

PushSubscription Browser::subscribe(const std::string& endpoint) const {
  return {.endpoint = endpoint, .p256dh = to_base64url(keys.point), .auth = to_base64url(auth)};
}

std::string Browser::decrypt(const std::string& body) const {
  constexpr std::size_t kHeader = 16 + 4 + 1 + 65;
  constexpr std::size_t kTag = 16;
  if (body.size() <= kHeader + kTag || body[20] != 65) return "";
  const std::string salt = body.substr(0, 16);
  const std::string sender = body.substr(21, 65);
  const std::string sealed = body.substr(kHeader, body.size() - kHeader - kTag);
  const std::string tag = body.substr(body.size() - kTag);
  const auto shared = agree(keys, sender);
  if (!shared) return "";
  const std::string secret = hkdf(auth, *shared, "WebPush: info\0"s + keys.point + sender, 32);
  const std::string key = hkdf(salt, secret, "Content-Encoding: aes128gcm\0"s, 16);
  const std::string nonce = hkdf(salt, secret, "Content-Encoding: nonce\0"s, 12);
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  std::string plain(sealed.size(), '\0');
  int written = 0;
  int rest = 0;
  EVP_DecryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, raw(key), raw(nonce));
  EVP_DecryptUpdate(context.get(), raw(plain), &written, raw(sealed), static_cast<int>(sealed.size()));
  EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTag, raw(tag));
  if (EVP_DecryptFinal_ex(context.get(), raw(plain) + written, &rest) != 1 || !plain.ends_with('\x02')) return "";
  plain.pop_back();
  return plain;
}

bool verifies_es256(const std::string& point, const std::string& text, const std::string& signature) {
  if (signature.size() != 64) return false;
  char group[] = "P-256";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                             OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, raw(point), point.size()),
                             OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> making(
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr), &EVP_PKEY_CTX_free);
  EVP_PKEY* made = nullptr;
  EVP_PKEY_fromdata_init(making.get());
  if (EVP_PKEY_fromdata(making.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters) != 1) return false;
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(made, &EVP_PKEY_free);
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> both(ECDSA_SIG_new(), &ECDSA_SIG_free);
  ECDSA_SIG_set0(both.get(), BN_bin2bn(raw(signature), 32, nullptr), BN_bin2bn(raw(signature) + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(both.get(), &der);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
  const int verdict = EVP_DigestVerify(context.get(), der, static_cast<std::size_t>(size), raw(text), text.size());
  OPENSSL_free(der);
  return verdict == 1;
}

}  // namespace vigil::alerts
