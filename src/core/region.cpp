#include "core/region.h"

#include <algorithm>
#include <charconv>
#include <format>
#include <optional>
#include <ranges>
#include <utility>

namespace vigil::core {
namespace {

constexpr std::size_t kFewestCorners = 3;
constexpr std::size_t kMostCorners = 1000;

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_share(double value) { return value >= 0 && value <= 1; }

}  // namespace

Result<Region> Region::parse(std::string_view text) {
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("region '{}': {}; write corners as shares of the picture: 0.1,0.5 0.9,0.5 0.5,1", text, what));
  };
  std::vector<RegionCorner> corners;
  for (const auto part : text | std::views::split(' ')) {
    const std::string_view corner(part);
    if (corner.empty()) continue;
    const std::size_t comma = corner.find(',');
    const auto x = number(corner.substr(0, comma));
    const auto y = comma == std::string_view::npos ? std::nullopt : number(corner.substr(comma + 1));
    if (!x || !y || !is_share(*x) || !is_share(*y)) {
      return wrong(std::format("'{}' is no corner of two numbers from 0 to 1", corner));
    }
    corners.push_back({.x = *x, .y = *y});
  }
  auto region = from_corners(std::move(corners));
  return region ? region : wrong(region.error().message);
}

Result<Region> Region::from_corners(std::vector<RegionCorner> corners) {
  for (const RegionCorner& corner : corners) {
    if (!is_share(corner.x) || !is_share(corner.y)) {
      return fail(ErrorCode::kInvalidArgument,
                  std::format("corner {}, {} must lie in 0 to 1, shares of the picture's sides", corner.x, corner.y));
    }
  }
  if (corners.size() < kFewestCorners) return fail(ErrorCode::kInvalidArgument, "it needs three corners or more");
  if (corners.size() > kMostCorners) {
    return fail(ErrorCode::kInvalidArgument, std::format("it has more than {} corners", kMostCorners));
  }
  Region region;
  region.corners_ = std::move(corners);
  return region;
}

bool Region::contains(double x, double y) const {
  bool inside = false;
  for (std::size_t i = 0, before = corners_.size() - 1; i < corners_.size(); before = i++) {
    const RegionCorner& a = corners_[i];
    const RegionCorner& b = corners_[before];
    if ((a.y > y) != (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

bool Region::holds_feet_at(double x_px, double y_px, int frame_width_px, int frame_height_px) const {
  // A hair inside, so that a region that reaches the picture's edge holds what stands on it.
  constexpr double kHair = 1e-6;
  return contains(std::clamp(x_px / frame_width_px, kHair, 1 - kHair), std::clamp(y_px / frame_height_px, kHair, 1 - kHair));
}

bool Region::holds_feet_of(const Box& box, int frame_width_px, int frame_height_px) const {
  return holds_feet_at(box.center_x(), box.bottom(), frame_width_px, frame_height_px);
}

}  // namespace vigil::core
