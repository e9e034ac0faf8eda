#include "server/tls_certificate.h"

#include <format>
#include <system_error>
#include <utility>

#include <openssl/ssl.h>

#include "core/log.h"

namespace vigil::server {
namespace {

namespace fs = std::filesystem;
namespace ssl = boost::asio::ssl;
using core::ErrorCode;
using core::fail;

constexpr auto kLookEvery = std::chrono::minutes(1);

core::Result<TlsCertificate::Context> make_context(const fs::path& certificate, const fs::path& key) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  // Browsers close connections without a word, which is no attack on HTTP with lengths.
  SSL_CTX_set_options(context->native_handle(), SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  boost::system::error_code error;
  context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, error);
  context->use_certificate_chain_file(certificate.string(), error);
  if (error) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{} is no certificate in PEM that can be used: {}", certificate.string(), error.message()));
  }
  context->use_private_key_file(key.string(), ssl::context::pem, error);
  if (error) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{} is no private key in PEM, without a passphrase, that belongs to {}: {}", key.string(),
                            certificate.string(), error.message()));
  }
  return context;
}

}  // namespace

core::Result<TlsCertificate> TlsCertificate::load(fs::path certificate, fs::path key) {
  TlsCertificate loaded;
  loaded.certificate_ = std::move(certificate);
  loaded.key_ = std::move(key);
  loaded.read_ = loaded.times();
  auto context = make_context(loaded.certificate_, loaded.key_);
  if (!context) return std::unexpected(context.error());
  loaded.context_ = std::move(*context);
  return loaded;
}

TlsCertificate::Context TlsCertificate::context(Clock::time_point now) {
  if (now - looked_ < kLookEvery) return context_;
  looked_ = now;
  const Times written = times();
  if (written == read_) return context_;
  read_ = written;
  if (auto renewed = make_context(certificate_, key_)) {
    context_ = std::move(*renewed);
    core::log_info("{} was renewed and is in use", certificate_.string());
  } else {
    core::log_error("the certificate stays as it was: {}", renewed.error().message);
  }
  return context_;
}

TlsCertificate::Times TlsCertificate::times() const {
  std::error_code missing;  // gives a time of its own
  return {fs::last_write_time(certificate_, missing), fs::last_write_time(key_, missing)};
}

}  // namespace vigil::server
