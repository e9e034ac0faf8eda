#include "vision/motion_gate.h"

#include <algorithm>
#include <cmath>
#include <format>

namespace vigil::vision {
namespace {

// Of normally distributed grain, 8 medians of the change are over five standard deviations.
constexpr float kGrainFactor = 8;

}  // namespace

core::Status MotionGateOptions::validate() const {
  const auto wrong = [](std::string what) {
    return core::fail(core::ErrorCode::kInvalidArgument, "motion gate: " + std::move(what));
  };
  if (blocks < 8 || blocks > 512) return wrong(std::format("blocks = {}: must be 8 to 512", blocks));
  if (!(min_change > 0 && min_change <= 255))
    return wrong(std::format("min_change = {}: must be above 0, to 255", min_change));
  if (min_blocks < 1) return wrong(std::format("min_blocks = {}: must be 1 or more", min_blocks));
  if (max_still <= core::MediaDuration()) return wrong("max_still must be above 0");
  return {};
}

void MotionGate::measure(const media::Frame& frame) {
  const media::Plane luma = frame.plane(0);
  const int side = std::max(1, (std::max(luma.width_px, luma.height_px) + options_.blocks - 1) / options_.blocks);
  const int columns = (luma.width_px + side - 1) / side;
  means_.clear();
  for (int top = 0; top < luma.height_px; top += side) {
    const int rows = std::min(side, luma.height_px - top);
    sums_.assign(static_cast<std::size_t>(columns), 0);
    for (int y = top; y < top + rows; ++y) {
      const std::uint8_t* row = luma.data + static_cast<std::ptrdiff_t>(y) * luma.stride_bytes;
      for (int column = 0; column < columns; ++column) {
        const int end = std::min((column + 1) * side, luma.width_px);
        std::uint32_t sum = 0;
        for (int x = column * side; x < end; ++x) sum += row[x];
        sums_[static_cast<std::size_t>(column)] += sum;
      }
    }
    for (int column = 0; column < columns; ++column) {
      const int width = std::min(side, luma.width_px - column * side);
      means_.push_back(static_cast<float>(sums_[static_cast<std::size_t>(column)]) / static_cast<float>(rows * width));
    }
  }
}

int MotionGate::count_changed() {
  changes_.clear();
  for (std::size_t i = 0; i < means_.size(); ++i) changes_.push_back(std::abs(means_[i] - reference_[i]));
  sorted_ = changes_;
  const auto middle = sorted_.begin() + static_cast<std::ptrdiff_t>(sorted_.size() / 2);
  std::ranges::nth_element(sorted_, middle);
  const auto least = static_cast<float>(options_.min_change);
  // All of the picture changed: a cut, or the light.
  if (*middle >= least) return static_cast<int>(changes_.size());
  const float threshold = std::max(least, kGrainFactor * *middle);
  return static_cast<int>(std::ranges::count_if(changes_, [&](float change) { return change >= threshold; }));
}

bool MotionGate::moved(const media::Frame& frame) {
  measure(frame);
  const bool same_size = frame.width_px() == width_px_ && frame.height_px() == height_px_;
  if (same_size && !reference_.empty() && frame.pts() - looked_at_ < options_.max_still) {
    const int changed = count_changed();
    if (changed < options_.min_blocks) return false;
  }
  width_px_ = frame.width_px();
  height_px_ = frame.height_px();
  looked_at_ = frame.pts();
  reference_ = means_;
  return true;
}

}  // namespace vigil::vision
