// StageTime: how long a stage of the line worked, for meters and benchmarks; StageClock adds to one while it lives.
//
//   StageTime detect{.stage = "detect"};
//   {
//     const StageClock clock(detect, frames.size());
//     work();
//   }
//   double ms_per_frame = detect.seconds * 1e3 / detect.frames;
//
// Plain value; a clock belongs to one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace vigil::core {

struct StageTime {
  std::string stage;
  double seconds = 0;
  std::uint64_t frames = 0;
};

class StageClock {
 public:
  StageClock(StageTime& time, std::uint64_t frames) : time_(time), frames_(frames) {}
  ~StageClock() {
    time_.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    time_.frames += frames_;
  }
  StageClock(const StageClock&) = delete;
  StageClock& operator=(const StageClock&) = delete;

 private:
  StageTime& time_;
  std::uint64_t frames_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace vigil::core
