#include "vision/people_decoder.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/check.h"

namespace vigil::vision {
namespace {

constexpr int kKeyPoints = 17;
constexpr int kPeakRadius = 2;         // a middle is the highest of 5 × 5 cells
constexpr float kSpread = 0.1F;        // of the box's longer side: how far from where it is reached for a key point may lie
constexpr float kLeastWeight = 0.01F;  // beyond which no response is looked for

float sigmoid(float logit) { return 1 / (1 + std::exp(-logit)); }

struct Cell {
  int y = 0;
  int x = 0;
  float logit = 0;
};

bool is_peak(const CenterMaps& maps, int y, int x) {
  const auto at = [&](int row, int column) { return maps.center[static_cast<std::size_t>(row * maps.width + column)]; };
  const float value = at(y, x);
  for (int row = std::max(0, y - kPeakRadius); row <= std::min(maps.height - 1, y + kPeakRadius); ++row) {
    for (int column = std::max(0, x - kPeakRadius); column <= std::min(maps.width - 1, x + kPeakRadius); ++column) {
      // Of equals the first counts.
      const bool earlier = row < y || (row == y && column < x);
      const float other = at(row, column);
      if (other > value || (earlier && other == value)) return false;
    }
  }
  return true;
}

std::vector<Cell> find_peaks(const CenterMaps& maps, float score_threshold) {
  const float least = std::log(score_threshold / (1 - score_threshold));
  std::vector<Cell> peaks;
  for (int y = 0; y < maps.height; ++y) {
    for (int x = 0; x < maps.width; ++x) {
      const float logit = maps.center[static_cast<std::size_t>(y * maps.width + x)];
      if (logit >= least && is_peak(maps, y, x)) peaks.push_back({.y = y, .x = x, .logit = logit});
    }
  }
  std::ranges::stable_sort(peaks, std::greater<>(), &Cell::logit);
  return peaks;
}

class Decoder {
 public:
  explicit Decoder(const CenterMaps& maps)
      : maps_(maps), plane_(static_cast<std::size_t>(maps.width) * static_cast<std::size_t>(maps.height)) {}

  core::Box box_at(const Cell& cell) const {
    const float height = std::max(0.0F, at(maps_.box_size, 0, cell.y, cell.x));
    const float width = std::max(0.0F, at(maps_.box_size, 1, cell.y, cell.x));
    const float y = static_cast<float>(cell.y) + at(maps_.box_offset, 0, cell.y, cell.x);
    const float x = static_cast<float>(cell.x) + at(maps_.box_offset, 1, cell.y, cell.x);
    return {.left = x - width / 2, .top = y - height / 2, .width = width, .height = height};
  }

  core::Pose pose_at(const Cell& cell, const core::Box& box) const {
    core::Pose pose;
    float sum = 0;
    for (int key = 0; key < kKeyPoints; ++key) {
      const float y = static_cast<float>(cell.y) + at(maps_.key_reach, 2 * key, cell.y, cell.x);
      const float x = static_cast<float>(cell.x) + at(maps_.key_reach, 2 * key + 1, cell.y, cell.x);
      core::PosePoint& point = pose.points[static_cast<std::size_t>(key)];
      point = strongest_near(key, y, x, box);
      sum += point.score;
    }
    pose.score = sigmoid(cell.logit) * sum / kKeyPoints;
    return pose;
  }

 private:
  struct Range {
    int begin;
    int end;
  };

  float at(std::span<const float> planes, int plane, int y, int x) const {
    return planes[static_cast<std::size_t>(plane) * plane_ + static_cast<std::size_t>(y * maps_.width + x)];
  }

  // Cells of the map within `radius` of `middle` and inside the box.
  static Range cells_near(float middle, float radius, float box_begin, float box_end, int size) {
    return {
        .begin = std::max({0, static_cast<int>(std::ceil(middle - radius)), static_cast<int>(std::ceil(box_begin))}),
        .end = std::min({size, static_cast<int>(std::floor(middle + radius)) + 1, static_cast<int>(std::ceil(box_end))})};
  }

  core::PosePoint strongest_near(int key, float y, float x, const core::Box& box) const {
    const float spread = kSpread * std::max(box.width, box.height);
    const float twice_variance = 2 * spread * spread;
    const float radius = std::sqrt(-twice_variance * std::log(kLeastWeight));
    const Range rows = cells_near(y, radius, box.top, box.bottom(), maps_.height);
    const Range columns = cells_near(x, radius, box.left, box.right(), maps_.width);
    core::PosePoint best{.x = x, .y = y, .score = 0};
    for (int row = rows.begin; row < rows.end; ++row) {
      const float dy = static_cast<float>(row) - y;
      for (int column = columns.begin; column < columns.end; ++column) {
        const float dx = static_cast<float>(column) - x;
        const float heat = sigmoid(at(maps_.key_heat, key, row, column));
        if (heat <= best.score) continue;  // no weight can lift it
        const float weighted = heat * std::exp(-(dy * dy + dx * dx) / twice_variance);
        if (weighted <= best.score) continue;
        best = {.x = static_cast<float>(column) + at(maps_.key_offset, 2 * key + 1, row, column),
                .y = static_cast<float>(row) + at(maps_.key_offset, 2 * key, row, column),
                .score = weighted};
      }
    }
    return best;
  }

  const CenterMaps& maps_;
  std::size_t plane_;
};

}  // namespace

std::vector<DecodedPerson> decode_people(const CenterMaps& maps, const PeopleDecoderOptions& options) {
  const auto cells = static_cast<std::size_t>(maps.width) * static_cast<std::size_t>(maps.height);
  VIGIL_CHECK(maps.center.size() == cells && maps.box_size.size() == 2 * cells && maps.box_offset.size() == 2 * cells &&
                  maps.key_heat.size() == kKeyPoints * cells && maps.key_reach.size() == 2 * kKeyPoints * cells &&
                  maps.key_offset.size() == 2 * kKeyPoints * cells,
              "maps of one size");
  const Decoder decoder(maps);
  std::vector<DecodedPerson> people;
  for (const Cell& peak : find_peaks(maps, options.score_threshold)) {
    if (people.size() == static_cast<std::size_t>(options.max_people)) break;
    const core::Box box = decoder.box_at(peak);
    const auto same = [&](const DecodedPerson& known) { return core::iou(known.box, box) > options.max_iou; };
    if (box.empty() || std::ranges::any_of(people, same)) continue;
    people.push_back({.box = box, .score = sigmoid(peak.logit), .pose = decoder.pose_at(peak, box)});
  }
  return people;
}

}  // namespace vigil::vision
