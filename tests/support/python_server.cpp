#include "support/python_server.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <format>
#include <stdexcept>
#include <thread>
#include <utility>

#include <sys/wait.h>

namespace vigil::test {
namespace {

constexpr int kTries = 50;  // the port of a server that was killed may be taken for a moment
constexpr auto kBetweenTries = std::chrono::milliseconds(100);

struct Started {
  pid_t pid = -1;
  int input = -1;
  int port = 0;  // 0: it ended at once
};

Started start_once(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  Started started{.input = in[1]};
  const int failed = posix_spawnp(&started.pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  std::string line;
  for (char byte = 0; failed == 0 && read(out[0], &byte, 1) == 1 && byte != '\n';) line += byte;
  close(out[0]);
  started.port = std::atoi(line.c_str());
  if (failed != 0) throw std::runtime_error("cannot start python3");
  if (started.port == 0) {
    close(started.input);
    waitpid(started.pid, nullptr, 0);
  }
  return started;
}

}  // namespace

PythonServer::PythonServer(std::string script, std::vector<std::string> arguments)
    : script_(std::move(script)), arguments_(std::move(arguments)) {
  start();
}

PythonServer::~PythonServer() { kill(); }

void PythonServer::start() {
  std::vector<std::string> words = {"python3", VIGIL_SOURCE_DIR "/tests/support/" + script_};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  words.push_back(std::to_string(port_));
  for (int i = 0; i < kTries; ++i) {
    const Started started = start_once(words);
    if (started.port != 0) {
      pid_ = started.pid;
      input_ = started.input;
      port_ = started.port;
      return;
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
  throw std::runtime_error(std::format("{} does not start on port {}", script_, port_));
}

void PythonServer::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  close(input_);
  pid_ = -1;
}

void PythonServer::freeze() { ::kill(pid_, SIGSTOP); }
void PythonServer::thaw() { ::kill(pid_, SIGCONT); }

}  // namespace vigil::test
