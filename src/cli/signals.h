// StopOnSignals: turns Ctrl-C (SIGINT) and SIGTERM into a stop request; the second one ends the program at once.
//
//   StopOnSignals signals;              // first thing in main(), before any other thread exists
//   context.stop = signals.token();
//
// The signals are blocked in the calling thread and so in every thread made later; one thread of its own waits for them,
// which is why stop callbacks may run ordinary code. One object per program.
#pragma once

#include <stop_token>
#include <thread>

namespace vigil::cli {

class StopOnSignals {
 public:
  StopOnSignals();
  ~StopOnSignals();
  StopOnSignals(const StopOnSignals&) = delete;
  StopOnSignals& operator=(const StopOnSignals&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::thread waiter_;
};

}  // namespace vigil::cli
