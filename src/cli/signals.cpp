#include "cli/signals.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "cli/exit_code.h"
#include "core/log.h"

namespace vigil::cli {
namespace {

constexpr char kWakeUp = 0;
constexpr auto kSamePress = std::chrono::milliseconds(500);

// Blocking the signals and waiting for them would not do: libraries start threads before main(), and those take them.
int pipe_ends[2] = {-1, -1};

void write_byte(char byte) {
  const int kept = errno;
  [[maybe_unused]] const ssize_t written = ::write(pipe_ends[1], &byte, 1);
  errno = kept;
}

extern "C" void on_signal(int signal) { write_byte(static_cast<char>(signal)); }

void wait_for_signals(std::stop_source source) {
  auto first = std::chrono::steady_clock::time_point::min();
  for (;;) {
    char byte = kWakeUp;
    const ssize_t got = ::read(pipe_ends[0], &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || byte == kWakeUp) return;
    const auto now = std::chrono::steady_clock::now();
    if (!source.request_stop()) {
      if (now - first > kSamePress) _exit(static_cast<int>(ExitCode::kInterrupted));
      continue;
    }
    first = now;
    core::log_warning("stopping, what is finished is kept; press Ctrl-C again to end at once");
  }
}

void set_handler(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace

StopOnSignals::StopOnSignals() {
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return;
  waiter_ = std::thread(wait_for_signals, source_);
  set_handler(on_signal);
}

StopOnSignals::~StopOnSignals() {
  if (!waiter_.joinable()) return;
  set_handler(SIG_DFL);
  write_byte(kWakeUp);
  waiter_.join();
  for (const int end : pipe_ends) close(end);
}

}  // namespace vigil::cli
