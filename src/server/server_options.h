// ServerOptions: what the server's file says, vigil.toml: where it listens, TLS, where the UI's files lie, limits. All else
// is set in the UI and kept in the archive. docs/vigil-toml.md describes the file.
//
//   auto options = load_options("vigil.toml");
//   if (auto valid = options->validate(); !valid) return valid;
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"

namespace vigil::server {

struct ServerOptions {
  std::string address = "127.0.0.1";                 // to listen on: IPv4 or IPv6
  int port = 8080;                                   // 0: any that is free
  std::filesystem::path certificate = {}, key = {};  // TLS, as PEM; both or none
  bool insecure = false;                             // listen beyond this machine without TLS: behind a proxy that has it
  std::string proxy = {};                            // its address: what it says of callers' addresses is believed
  std::string public_url = {};                       // how people reach it, for links; empty: where it listens
  std::filesystem::path data = {};                   // the archive's folder; empty: as the command says
  std::string database = {};                         // as archive::ArchiveOptions::database
  std::filesystem::path web = {};                    // the UI's built files; empty: none are served
  std::filesystem::path runs = {};                   // folder of training runs to show; empty: none
  std::chrono::seconds session = std::chrono::hours(12);  // how long a log-in lasts
  std::uint64_t upload_bytes = 20ULL << 30;               // of one video
  int threads = 2;                                        // that talk to clients; 1–64
  int workers = 8;                                        // that wait for database and disk; 1–256
  double requests_per_second = 50;                        // of one user, lasting; bursts of ten times as many
  bool json_log = false;

  // Errors: kInvalidArgument, naming the option, the value and the remedy. Listening beyond this machine wants TLS or
  // `insecure`.
  core::Status validate() const;

  bool tls() const { return !certificate.empty(); }
};

// Strict: unknown keys and values of another type are errors. `origin` is named in messages; relative paths are of its
// folder. Errors: kInvalidArgument.
core::Result<ServerOptions> parse_options(std::string_view toml, const std::filesystem::path& origin);

// Errors: kNotFound, kIo, kInvalidArgument.
core::Result<ServerOptions> load_options(const std::filesystem::path& file);

bool is_loopback(const std::string& address);

}  // namespace vigil::server
