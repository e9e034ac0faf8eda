// Transfer: one request through libcurl, with what all channels that use it have in common: limits of time, certificates,
// who may be reached, and an end within a second when it is to stop.
//
//   auto transfer = Transfer::open({.url = url, .protocols = "http,https"}, stop);
//   curl_easy_setopt(transfer->handle(), CURLOPT_POSTFIELDS, body.c_str());
//   auto done = transfer->perform();
//
// Blocks in perform(). One thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

#include "core/result.h"

namespace vigil::alerts {

struct TransferOptions {
  std::string url = {};
  std::string protocols = {};                                     // "http,https"
  std::chrono::milliseconds time_out = std::chrono::seconds(10);  // for all of it
  std::filesystem::path ca_file = {};                             // certificate authorities; empty: the machine's
  bool only_public = false;                                       // refuses private addresses, whatever the name says
};

class Transfer {
 public:
  // Errors: kInvalidArgument (not an address), kInternal.
  static core::Result<Transfer> open(const TransferOptions& options, std::stop_token stop);

  ~Transfer();
  Transfer(Transfer&& other) noexcept;
  Transfer& operator=(Transfer&& other) = delete;

  void* handle();  // libcurl's CURL*

  // Adds a header; it must hold no line end.
  void add_header(const std::string& header);

  // Messages begin with the name of the server and hold no path. What comes back is thrown away. Errors: kInvalidArgument
  // (what another try cannot change: address, certificate, password), kTimedOut, kCancelled, kIo.
  core::Status perform();

  long answer() const;  // the server's last code; 0: none

 private:
  struct Impl;
  explicit Transfer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::alerts
