#include "learn/mot_frames.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "vision/assignment.h"

namespace vigil::learn {
namespace {

using Boxes = std::vector<MotBox>;

std::map<int, Boxes> by_frame(std::span<const MotBox> boxes, int first, int last) {
  std::map<int, Boxes> frames;
  for (const MotBox& box : boxes) {
    if (box.frame >= first && box.frame <= last) frames[box.frame].push_back(box);
  }
  return frames;
}

bool ignored(const MotBox& truth) { return truth.confidence == 0; }

void drop_ignored(Boxes& truth, Boxes& result, double iou_threshold) {
  if (std::ranges::none_of(truth, ignored)) return;
  vision::CostMatrix costs(truth.size(), result.size());
  for (std::size_t t = 0; t < truth.size(); ++t) {
    for (std::size_t r = 0; r < result.size(); ++r) {
      const double overlap = core::iou(truth[t].box, result[r].box);
      if (overlap >= iou_threshold) costs(t, r) = 1 - overlap;
    }
  }
  std::vector<char> dropped(result.size(), false);
  for (const auto [t, r] : vision::assign(costs)) dropped[r] = ignored(truth[t]);
  Boxes kept;
  for (std::size_t r = 0; r < result.size(); ++r) {
    if (!dropped[r]) kept.push_back(result[r]);
  }
  result = std::move(kept);
  std::erase_if(truth, ignored);
}

// Gives each id its place, and counts its boxes.
class Places {
 public:
  explicit Places(const std::map<int, Boxes>& frames) {
    for (const auto& [frame, boxes] : frames) {
      for (const MotBox& box : boxes) places_.emplace(box.id, 0);
    }
    std::size_t next = 0;
    for (auto& [id, place] : places_) place = next++;
    counts_.resize(next, 0);
  }

  std::vector<std::size_t> count(const Boxes& boxes) {
    std::vector<std::size_t> places;
    for (const MotBox& box : boxes) {
      places.push_back(places_.at(box.id));
      ++counts_[places.back()];
    }
    return places;
  }

  const std::vector<std::size_t>& counts() const { return counts_; }

 private:
  std::map<std::int64_t, std::size_t> places_;
  std::vector<std::size_t> counts_;
};

}  // namespace

std::size_t MotFrames::truth_boxes() const {
  return std::accumulate(truth_counts.begin(), truth_counts.end(), std::size_t{0});
}

std::size_t MotFrames::result_boxes() const {
  return std::accumulate(result_counts.begin(), result_counts.end(), std::size_t{0});
}

MotFrames side_by_side(std::span<const MotBox> truth, std::span<const MotBox> result, int first, int last,
                       double iou_threshold) {
  auto truth_by_frame = by_frame(truth, first, last);
  auto result_by_frame = by_frame(result, first, last);
  std::map<int, std::pair<Boxes, Boxes>> pairs;
  for (auto& [frame, boxes] : truth_by_frame) pairs[frame].first = boxes;
  for (auto& [frame, boxes] : result_by_frame) pairs[frame].second = boxes;
  for (auto& [frame, both] : pairs) {
    drop_ignored(both.first, both.second, iou_threshold);
    truth_by_frame[frame] = both.first;
    result_by_frame[frame] = both.second;
  }
  Places truth_places(truth_by_frame);
  Places result_places(result_by_frame);
  MotFrames all;
  for (const auto& [frame, both] : pairs) {
    MotFrame& added = all.frames.emplace_back(
        MotFrame{.truth = truth_places.count(both.first), .result = result_places.count(both.second), .overlaps = {}});
    for (const MotBox& t : both.first) {
      auto& row = added.overlaps.emplace_back();
      for (const MotBox& r : both.second) row.push_back(core::iou(t.box, r.box));
    }
  }
  all.truth_counts = truth_places.counts();
  all.result_counts = result_places.counts();
  return all;
}

}  // namespace vigil::learn
