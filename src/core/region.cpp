#include "core/region.h"

#include <algorithm>
#include <charconv>
#include <format>
#include <optional>
#include <ranges>

namespace vigil::core {
namespace {

constexpr std::size_t kFewestCorners = 3;
constexpr std::size_t kMostCorners = 1000;

std::optional<double> share(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= 1)) return std::nullopt;
  return value;
}

}  // namespace

Result<Region> Region::parse(std::string_view text) {
  const auto wrong = [&](std::string what) {
    return fail(
        ErrorCode::kInvalidArgument,
        std::format("region '{}': {}; write corners as shares of the picture: 0.1,0.5 0.9,0.5 0.5,1", text, what));
  };
  Region region;
  for (const auto part : text | std::views::split(' ')) {
    const std::string_view corner(part);
    if (corner.empty()) continue;
    const std::size_t comma = corner.find(',');
    const auto x = share(corner.substr(0, comma));
    const auto y = comma == std::string_view::npos ? std::nullopt : share(corner.substr(comma + 1));
    if (!x || !y) return wrong(std::format("'{}' is no corner of two numbers from 0 to 1", corner));
    region.corners_.push_back({.x = *x, .y = *y});
  }
  if (region.corners_.size() < kFewestCorners) return wrong("it needs three corners or more");
  if (region.corners_.size() > kMostCorners) return wrong(std::format("it has more than {} corners", kMostCorners));
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

bool Region::holds_feet_of(const Box& box, int frame_width_px, int frame_height_px) const {
  // A hair inside, so that feet cut off by the picture's lower edge count as standing on it.
  const double x = std::clamp(box.center_x() / static_cast<double>(frame_width_px), 1e-6, 1 - 1e-6);
  const double y = std::clamp(box.bottom() / static_cast<double>(frame_height_px), 1e-6, 1 - 1e-6);
  return contains(x, y);
}

}  // namespace vigil::core
