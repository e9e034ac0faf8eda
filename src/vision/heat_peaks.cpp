#include "vision/heat_peaks.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/check.h"

namespace vigil::vision {
namespace {

constexpr float kLeastSide = 0.01F;  // of a peak: lower neighbours count as this high

float value_at(const HeatMap& map, int y, int x) { return map.values[static_cast<std::size_t>(y * map.width + x)]; }

bool is_peak(const HeatMap& map, int y, int x) {
  const float value = value_at(map, y, x);
  if (!std::isfinite(value)) return false;
  for (int row = std::max(0, y - 1); row <= std::min(map.height - 1, y + 1); ++row) {
    for (int column = std::max(0, x - 1); column <= std::min(map.width - 1, x + 1); ++column) {
      // Of equals the first counts.
      const bool earlier = row < y || (row == y && column < x);
      const float other = value_at(map, row, column);
      if (other > value || (earlier && other == value)) return false;
    }
  }
  return true;
}

// From the middle of three neighbours, of which it is the highest, to the top of the curve: −0.5 to 0.5.
float to_top(float before, float middle, float after) {
  const float b = std::log(std::max(kLeastSide, before / middle));
  const float a = std::log(std::max(kLeastSide, after / middle));
  return a + b < 0 ? (b - a) / (2 * (a + b)) : 0;
}

HeatPeak refined(const HeatMap& map, int y, int x) {
  const float value = value_at(map, y, x);
  HeatPeak peak{.x = static_cast<float>(x), .y = static_cast<float>(y), .score = std::min(1.0F, value)};
  if (x > 0 && x + 1 < map.width) peak.x += to_top(value_at(map, y, x - 1), value, value_at(map, y, x + 1));
  if (y > 0 && y + 1 < map.height) peak.y += to_top(value_at(map, y - 1, x), value, value_at(map, y + 1, x));
  return peak;
}

}  // namespace

std::vector<HeatPeak> find_heat_peaks(const HeatMap& map, const HeatPeakOptions& options) {
  VIGIL_CHECK(map.values.size() == static_cast<std::size_t>(map.width) * static_cast<std::size_t>(map.height),
              "a map of the size that it says");
  std::vector<HeatPeak> peaks;
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      if (value_at(map, y, x) >= options.threshold && is_peak(map, y, x)) peaks.push_back(refined(map, y, x));
    }
  }
  std::ranges::stable_sort(peaks, std::greater<>(), &HeatPeak::score);
  peaks.resize(std::min(peaks.size(), static_cast<std::size_t>(options.max_peaks)));
  return peaks;
}

}  // namespace vigil::vision
