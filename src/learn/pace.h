// Pace: seconds spent waiting for data and computing, and what was done in them.
#pragma once

#include <cstdint>

namespace vigil::learn {

struct Pace {
  double data_seconds = 0;
  double step_seconds = 0;
  std::int64_t batches = 0;
  std::int64_t rows = 0;  // clips

  // 0 before anything was done.
  double rows_per_second() const {
    const double seconds = data_seconds + step_seconds;
    return seconds > 0 ? static_cast<double>(rows) / seconds : 0;
  }
  double data_ms() const { return batches > 0 ? 1000 * data_seconds / static_cast<double>(batches) : 0; }  // per batch
  double step_ms() const { return batches > 0 ? 1000 * step_seconds / static_cast<double>(batches) : 0; }  // per batch
};

}  // namespace vigil::learn
