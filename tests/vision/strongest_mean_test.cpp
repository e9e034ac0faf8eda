#include "vision/strongest_mean.h"

#include <algorithm>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "core/random.h"

namespace vigil::vision {
namespace {

constexpr int kRows = 18, kColumns = 24, kMaps = 32;

std::vector<float> random_maps() {
  auto random = core::make_rng({7});
  std::vector<float> values(static_cast<std::size_t>(kRows) * kColumns * kMaps);
  for (float& value : values) value = static_cast<float>(core::uniform(random, 0, 1));
  return values;
}

float sorted_mean(const std::vector<float>& maps, const MapPart& part, int map) {
  std::vector<float> values;
  for (int y = part.top; y < part.bottom; ++y) {
    for (int x = part.left; x < part.right; ++x) {
      values.push_back(maps[static_cast<std::size_t>((y * kColumns + x) * kMaps + map)]);
    }
  }
  std::ranges::sort(values, std::greater<>());
  const auto count = std::max<std::size_t>(1, static_cast<std::size_t>(0.1 * static_cast<double>(values.size()) + 0.5));
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += values[i];
  return sum / static_cast<float>(count);
}

TEST(StrongestMean, is_the_mean_of_the_largest_tenth_of_a_part) {
  const std::vector<float> maps = random_maps();
  for (const MapPart& part : {MapPart{.left = 0, .top = 0, .right = kColumns, .bottom = kRows},
                              MapPart{.left = 3, .top = 5, .right = 11, .bottom = 17},
                              MapPart{.left = 23, .top = 17, .right = 24, .bottom = 18}}) {
    std::vector<float> means(kMaps);
    strongest_mean({.data = maps.data(), .rows = kRows, .columns = kColumns, .count = kMaps}, part, means);
    for (int map = 0; map < kMaps; ++map) {
      EXPECT_EQ(means[static_cast<std::size_t>(map)], sorted_mean(maps, part, map)) << part.positions() << ", " << map;
    }
  }
}

}  // namespace
}  // namespace vigil::vision
