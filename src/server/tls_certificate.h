// TlsCertificate: the server's certificate and key. Files that are renewed while the server runs are taken up by themselves.
//
//   auto certificate = TlsCertificate::load("fullchain.pem", "privkey.pem");
//   asio::ssl::stream<tcp::socket> stream(std::move(socket), *certificate->context());
//
// TLS 1.2 and 1.3. One thread at a time.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include <boost/asio/ssl/context.hpp>

#include "core/result.h"

namespace vigil::server {

class TlsCertificate {
 public:
  using Context = std::shared_ptr<boost::asio::ssl::context>;

  // Both as PEM; the certificate's chain, its own first; a key without a passphrase. Errors: kInvalidArgument, naming the
  // file.
  static core::Result<TlsCertificate> load(std::filesystem::path certificate, std::filesystem::path key);

  // Looks once a minute whether the files are others by now. New ones that cannot be used are logged, and the old ones stay.
  using Clock = std::chrono::steady_clock;
  Context context(Clock::time_point now = Clock::now());

 private:
  using Times = std::pair<std::filesystem::file_time_type, std::filesystem::file_time_type>;

  TlsCertificate() = default;
  Times times() const;

  std::filesystem::path certificate_, key_;
  Context context_;
  Times read_{};
  Clock::time_point looked_ = Clock::now();
};

}  // namespace vigil::server
