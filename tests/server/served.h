// Served: the test server in a process of its own, with a fresh repository, and who uses it.
//
//   Served server;                                        // or with a camera that plays a staged video
//   HttpClient admin = server.admin();                    // made with the one-time link
//   HttpClient viewer = server.user("vera", "viewer", {camera});
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "server/http_client.h"
#include "support/temp_dir.h"

namespace vigil::test {

struct ServedOptions {
  std::filesystem::path data = {};     // empty: a folder of its own
  std::filesystem::path camera = {};   // a video that the camera "Stage" plays; empty: there is no camera
  std::vector<std::string> more = {};  // options of test_server
};

class Served {
 public:
  static constexpr const char* kPassword = "a long enough password";

  explicit Served(ServedOptions options = {});
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  const std::string& url() const { return url_; }
  const std::string& setup_link() const { return setup_link_; }
  const std::filesystem::path& data() const { return options_.data; }

  // Made the first time it is asked for. Throws std::runtime_error.
  HttpClient admin();
  HttpClient user(const std::string& name, const std::string& role, const std::vector<std::int64_t>& cameras = {});
  HttpClient nobody() const { return HttpClient(url_); }
  // Who is there already, with kPassword.
  HttpClient log_in(const std::string& name) const;

  void stop();  // as Ctrl-C
  void kill();  // as a power cut
  void start();

  // No file of the server may grow beyond so many bytes, as on a full disk. Nothing: all may again.
  void limit_files(std::optional<std::size_t> bytes);

 private:
  TempDir folder_;
  ServedOptions options_;
  std::string url_, setup_link_;
  pid_t pid_ = -1;
  int input_ = -1;
};

}  // namespace vigil::test
