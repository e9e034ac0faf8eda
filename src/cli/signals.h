// StopOnSignals: turns Ctrl-C (SIGINT) and SIGTERM into a stop request; one more ends the program at once,
// unless it comes with the first: a terminal's Ctrl-C reaches the program both directly and through the launcher.
//
//   StopOnSignals signals;
//   context.stop = signals.token();
//
// The handler only writes to a pipe; one thread of its own reads it, which is why stop callbacks may run ordinary code. One
// object per program.
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
