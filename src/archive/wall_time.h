// WallTime: a moment on the clock on the wall, in microseconds UTC; what the repository's rows are ordered by. MediaTime,
// the time on a stream's own line, stays inside an event's own description.
#pragma once

#include <chrono>
#include <cstdint>

namespace vigil::archive {

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

inline std::int64_t to_us(WallTime time) { return time.time_since_epoch().count(); }
inline WallTime from_us(std::int64_t us) { return WallTime(std::chrono::microseconds(us)); }
inline WallTime now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

}  // namespace vigil::archive
