#include "server/server_options.h"

#include <algorithm>
#include <array>
#include <format>
#include <fstream>
#include <sstream>

#include <toml++/toml.hpp>

namespace vigil::server {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;

constexpr double kGiB = 1ULL << 30;

std::unexpected<core::Error> wrong(const std::string& sentence) { return fail(ErrorCode::kInvalidArgument, sentence); }

// Takes the known keys of one table out of the file.
class Section {
 public:
  Section(const toml::table& file, std::string name, const fs::path& origin)
      : name_(std::move(name)), origin_(origin), table_(file[name_].as_table()) {}

  template <typename T>
  void read(const char* key, T& value) {
    const toml::node* node = find(key);
    if (!node) return;
    const auto found = node->value<T>();
    if (found) value = *found;
    if (!found) complain(key, "is of another type than it must be");
  }
  void read_path(const char* key, fs::path& path) {
    std::string text;
    read(key, text);
    if (!text.empty()) path = origin_.parent_path() / text;
  }

  // Errors: the first thing that was wrong, or a key that nobody asked for.
  core::Status done() {
    if (!error_.empty()) return wrong(error_);
    if (!table_) return {};
    for (const auto& [key, node] : *table_) {
      if (std::ranges::contains(known_, key.str())) continue;
      return wrong(std::format("{}:{}: [{}] knows no '{}'; docs/vigil-toml.md names all", origin_.string(),
                               key.source().begin.line, name_, key.str()));
    }
    return {};
  }

 private:
  const toml::node* find(const char* key) {
    known_.emplace_back(key);
    return table_ ? table_->get(key) : nullptr;
  }
  void complain(const char* key, const char* what) {
    if (error_.empty()) error_ = std::format("{}: [{}] {} {}", origin_.string(), name_, key, what);
  }

  std::string name_;
  const fs::path& origin_;
  const toml::table* table_;
  std::vector<std::string> known_;
  std::string error_;
};

core::Status read_sections(const toml::table& file, const fs::path& origin, ServerOptions& options) {
  Section server(file, "server", origin);
  server.read("address", options.address);
  server.read("port", options.port);
  server.read_path("certificate", options.certificate);
  server.read_path("key", options.key);
  server.read("insecure", options.insecure);
  server.read("proxy", options.proxy);
  server.read("public_url", options.public_url);
  server.read_path("web", options.web);
  server.read("threads", options.threads);
  server.read("workers", options.workers);
  Section archive(file, "archive", origin);
  archive.read_path("data", options.data);
  archive.read("database", options.database);
  Section limits(file, "limits", origin);
  double session_hours = std::chrono::duration<double, std::ratio<3600>>(options.session).count();
  double upload_gib = static_cast<double>(options.upload_bytes) / kGiB;
  limits.read("session_hours", session_hours);
  limits.read("upload_gib", upload_gib);
  limits.read("requests_per_second", options.requests_per_second);
  Section training(file, "training", origin);
  training.read_path("runs", options.runs);
  Section log(file, "log", origin);
  log.read("json", options.json_log);
  for (Section* section : {&server, &archive, &limits, &training, &log}) {
    if (auto done = section->done(); !done) return done;
  }
  if (session_hours < 0.01 || session_hours > 24.0 * 366) return wrong("session_hours: must be 0.01 … 8784");
  if (upload_gib <= 0 || upload_gib > 1e6) return wrong("upload_gib: must be above 0, at most 1000000");
  options.session = std::chrono::seconds(static_cast<std::int64_t>(session_hours * 3600));
  options.upload_bytes = static_cast<std::uint64_t>(upload_gib * kGiB);
  return {};
}

}  // namespace

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

core::Status ServerOptions::validate() const {
  if (port < 0 || port > 65535) return wrong(std::format("port {}: must be 0 … 65535", port));
  if (threads < 1 || threads > 64) return wrong(std::format("threads {}: must be 1 … 64", threads));
  if (workers < 1 || workers > 256) return wrong(std::format("workers {}: must be 1 … 256", workers));
  if (!(requests_per_second > 0)) return wrong(std::format("requests_per_second {}: must be above 0", requests_per_second));
  if (certificate.empty() != key.empty()) {
    return wrong("TLS needs both files: certificate and key; only one of them is named");
  }
  for (const fs::path& file : {certificate, key}) {
    std::error_code ignored;
    if (!file.empty() && !fs::is_regular_file(file, ignored))
      return wrong(std::format("{}: there is no such file", file.string()));
  }
  if (is_loopback(address) || tls() || insecure) return {};
  return wrong(std::format(
      "{} can be reached from other machines, and there is no TLS: name certificate and key; or, behind a proxy that speaks "
      "TLS, say so with insecure = true (--insecure)",
      address));
}

core::Result<ServerOptions> parse_options(std::string_view text, const fs::path& origin) {
  toml::table file;
  try {
    file = toml::parse(text, origin.string());
  } catch (const toml::parse_error& error) {
    return wrong(std::format("{}:{}: {}", origin.string(), error.source().begin.line, error.description()));
  }
  static constexpr std::array<std::string_view, 5> kSections{"server", "archive", "limits", "training", "log"};
  for (const auto& [key, node] : file) {
    if (std::ranges::contains(kSections, key.str()) && node.is_table()) continue;
    return wrong(std::format("{}:{}: '{}' is not known; there are [server], [archive], [limits], [training] and [log]",
                             origin.string(), key.source().begin.line, key.str()));
  }
  ServerOptions options;
  if (auto read = read_sections(file, origin, options); !read) return std::unexpected(read.error());
  return options;
}

core::Result<ServerOptions> load_options(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return fail(ErrorCode::kNotFound, std::format("{}: there is no such file", file.string()));
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return fail(ErrorCode::kIo, std::format("{}: cannot be read", file.string()));
  return parse_options(text.view(), file);
}

}  // namespace vigil::server
