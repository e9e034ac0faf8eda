#include "core/time.h"

#include <format>

namespace vigil::core {

std::string format_clock(MediaTime time) {
  const bool negative = time.us() < 0;
  const std::uint64_t us = negative ? 0 - static_cast<std::uint64_t>(time.us()) : static_cast<std::uint64_t>(time.us());
  const std::uint64_t ms = us / 1000;
  const std::uint64_t hours = ms / 3'600'000;
  const std::uint64_t minutes = ms / 60'000 % 60;
  const double seconds = static_cast<double>(ms % 60'000) * 1e-3;
  const char* sign = negative ? "-" : "";
  return hours > 0 ? std::format("{}{}:{:02}:{:06.3f}", sign, hours, minutes, seconds)
                   : std::format("{}{}:{:06.3f}", sign, minutes, seconds);
}

}  // namespace vigil::core
