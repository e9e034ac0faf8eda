#include "server/served.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <stdexcept>

#include <sys/resource.h>
#include <sys/wait.h>

#include "core/check.h"

namespace vigil::test {

Served::Served(ServedOptions options) : options_(std::move(options)) {
  if (options_.data.empty()) options_.data = folder_.path() / "data";
  start();
}

Served::~Served() {
  if (pid_ > 0) stop();
}

void Served::start() {
  int in[2] = {}, out[2] = {};
  VIGIL_CHECK(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "pipes for the server");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  std::vector<std::string> words{VIGIL_TEST_SERVER, "--data", options_.data.string()};
  if (!options_.camera.empty()) words.insert(words.end(), {"--camera", options_.camera.string()});
  words.insert(words.end(), options_.more.begin(), options_.more.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  if (posix_spawn(&pid_, VIGIL_TEST_SERVER, &actions, nullptr, arguments.data(), environ) != 0) {
    throw std::runtime_error("the test server cannot be started");
  }
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  std::FILE* output = fdopen(out[0], "r");
  char line[4096] = {};
  const bool told = std::fgets(line, sizeof line, output) != nullptr;
  std::fclose(output);
  const auto json = nlohmann::json::parse(told ? line : "", nullptr, false);
  if (!json.is_object()) throw std::runtime_error("the test server did not start");
  url_ = json["url"];
  setup_link_ = json["setup_link"];
}

void Served::stop() {
  ::close(input_);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void Served::kill() {
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  ::close(input_);
  pid_ = -1;
}

void Served::limit_files(std::optional<std::size_t> bytes) {
  const rlimit limit{.rlim_cur = bytes.value_or(RLIM_INFINITY), .rlim_max = RLIM_INFINITY};
  VIGIL_CHECK(prlimit(pid_, RLIMIT_FSIZE, &limit, nullptr) == 0, "the server's limit is set");
}

HttpClient Served::log_in(const std::string& name) const {
  HttpClient client(url_);
  const HttpAnswer in = client.post("/api/v1/session", {{"name", name}, {"password", kPassword}});
  if (in.status != 200) throw std::runtime_error(name + " cannot log in: " + in.body);
  return client;
}

HttpClient Served::admin() {
  if (setup_link_.empty()) return log_in("ada");
  HttpClient client(url_);
  const std::string token = setup_link_.substr(setup_link_.find("token=") + 6);
  const HttpAnswer made = client.post(
      "/api/v1/setup", {{"token", token}, {"name", "ada"}, {"email", "ada@example.org"}, {"password", kPassword}});
  if (made.status != 201) throw std::runtime_error("no administrator: " + made.body);
  setup_link_.clear();
  return client;
}

HttpClient Served::user(const std::string& name, const std::string& role, const std::vector<std::int64_t>& cameras) {
  const HttpAnswer made = admin().post(
      "/api/v1/users",
      {{"name", name}, {"email", name + "@example.org"}, {"password", kPassword}, {"role", role}, {"cameras", cameras}});
  if (made.status != 201) throw std::runtime_error("no user: " + made.body);
  return log_in(name);
}

}  // namespace vigil::test
