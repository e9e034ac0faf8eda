#include "vision/strongest_mean.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/check.h"

namespace vigil::vision {
namespace {

constexpr double kStrongestShare = 0.1;
constexpr int kLanes = 16;  // maps that are sorted side by side

using Lanes = std::array<float, kLanes>;

bool any_above(const float* values, const Lanes& least) {
  int above = 0;
  for (std::size_t i = 0; i < kLanes; ++i) above += values[i] > least[i];
  return above > 0;
}

// Sorts `values` into `top`, which falls from front to back in each lane.
void insert(const float* values, std::vector<Lanes>& top) {
  Lanes falling;
  std::copy_n(values, kLanes, falling.begin());
  for (Lanes& rank : top) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      const float higher = std::max(rank[i], falling[i]);
      falling[i] = std::min(rank[i], falling[i]);
      rank[i] = higher;
    }
  }
}

}  // namespace

void strongest_mean(const InterleavedMaps& maps, const MapPart& part, std::span<float> means) {
  VIGIL_CHECK(part.left >= 0 && part.top >= 0 && part.right <= maps.columns && part.bottom <= maps.rows &&
                  part.left < part.right && part.top < part.bottom,
              "a part of the maps");
  VIGIL_CHECK(maps.count % kLanes == 0 && means.size() == static_cast<std::size_t>(maps.count), "number of maps");
  const auto count = std::max(1L, std::lround(kStrongestShare * part.positions()));
  std::vector<Lanes> top(static_cast<std::size_t>(count));
  for (int first = 0; first < maps.count; first += kLanes) {
    for (Lanes& rank : top) rank.fill(-std::numeric_limits<float>::infinity());
    for (int y = part.top; y < part.bottom; ++y) {
      for (int x = part.left; x < part.right; ++x) {
        const float* values = maps.data + static_cast<std::ptrdiff_t>(y * maps.columns + x) * maps.count + first;
        if (any_above(values, top.back())) insert(values, top);
      }
    }
    for (std::size_t i = 0; i < kLanes; ++i) {
      float sum = 0;
      for (const Lanes& rank : top) sum += rank[i];
      means[static_cast<std::size_t>(first) + i] = sum / static_cast<float>(count);
    }
  }
}

}  // namespace vigil::vision
