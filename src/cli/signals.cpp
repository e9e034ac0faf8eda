#include "cli/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>

#include "cli/exit_code.h"
#include "core/log.h"

namespace vigil::cli {
namespace {

// Sent by the destructor to its own thread only.
constexpr int kWakeUp = SIGUSR2;

sigset_t waited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, kWakeUp}) sigaddset(&signals, signal);
  return signals;
}

// `timeout`, and a terminal together with a launcher that passes signals on, send one request twice.
constexpr std::chrono::milliseconds kSameRequest{500};

void wait_for_signals(std::stop_source source) {
  using Clock = std::chrono::steady_clock;
  const sigset_t signals = waited_signals();
  Clock::time_point first;
  for (;;) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal == kWakeUp) return;
    if (!source.request_stop()) {
      if (Clock::now() - first < kSameRequest) continue;
      _exit(static_cast<int>(ExitCode::kInterrupted));
    }
    first = Clock::now();
    core::log_warning("stopping, what is finished is kept; press Ctrl-C again to end at once");
  }
}

}  // namespace

StopOnSignals::StopOnSignals() {
  const sigset_t signals = waited_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  waiter_ = std::thread(wait_for_signals, source_);
}

StopOnSignals::~StopOnSignals() {
  pthread_kill(waiter_.native_handle(), kWakeUp);
  waiter_.join();
}

}  // namespace vigil::cli
