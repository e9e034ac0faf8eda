#include "vision/tiling.h"

#include <algorithm>
#include <cmath>

#include "vision/suppression.h"

namespace vigil::vision {
namespace {

using core::Detection;

constexpr double kBorder = 0.01;  // of a tile's side: how near its border a box ends that the border cuts

struct Stretch {
  int begin = 0, length = 0;
};

// `count` stretches of equal length that cover [0, extent), neighbours sharing `overlap` of a stretch.
std::vector<Stretch> stretches(int extent, int count, double overlap) {
  const int length = std::min(extent, static_cast<int>(std::ceil(extent / (count - (count - 1) * overlap))));
  std::vector<Stretch> out;
  for (int i = 0; i < count; ++i) {
    const int begin = count == 1 ? 0 : static_cast<int>(static_cast<std::int64_t>(extent - length) * i / (count - 1));
    out.push_back({.begin = begin, .length = length});
  }
  return out;
}

bool is_cut(float begin, float end, Stretch tile, int extent) {
  const auto near = static_cast<float>(std::max(2.0, kBorder * tile.length));
  const int tile_end = tile.begin + tile.length;
  return (tile.begin > 0 && begin <= static_cast<float>(tile.begin) + near) ||
         (tile_end < extent && end >= static_cast<float>(tile_end) - near);
}

struct TileDetection {
  Detection detection;
  std::size_t tile = 0;
  bool cut = false;
};

float cover(const core::Box& covered, const core::Box& by) {
  return covered.empty() ? 0 : core::intersection(covered, by).area() / covered.area();
}

}  // namespace

std::vector<PixelRect> tiles_of(int frame_width_px, int frame_height_px, const Tiling& tiling) {
  std::vector<PixelRect> tiles;
  for (const Stretch& row : stretches(frame_height_px, tiling.rows, tiling.overlap)) {
    for (const Stretch& column : stretches(frame_width_px, tiling.columns, tiling.overlap)) {
      tiles.push_back({.left = column.begin, .top = row.begin, .width = column.length, .height = row.length});
    }
  }
  return tiles;
}

std::vector<Detection> join_tiles(std::span<const PixelRect> tiles, std::span<const std::vector<Detection>> found,
                                  const JoinOptions& options) {
  std::vector<TileDetection> all;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const PixelRect& tile = tiles[i];
    for (const Detection& detection : found[i]) {
      const core::Box& box = detection.box;
      const bool cut = is_cut(box.left, box.right(), {tile.left, tile.width}, options.frame_width_px) ||
                       is_cut(box.top, box.bottom(), {tile.top, tile.height}, options.frame_height_px);
      all.push_back({.detection = detection, .tile = i, .cut = cut});
    }
  }
  std::ranges::sort(all, [](const TileDetection& a, const TileDetection& b) {
    if (a.cut != b.cut) return b.cut;
    return is_surer(a.detection, b.detection);
  });

  std::vector<TileDetection> kept;
  for (const TileDetection& candidate : all) {
    const Detection& given = candidate.detection;
    const auto same = std::ranges::find_if(kept, [&](const TileDetection& other) {
      if (other.detection.class_id != given.class_id) return false;
      if (core::iou(other.detection.box, given.box) > options.max_iou) return true;
      return candidate.cut && other.tile != candidate.tile && cover(given.box, other.detection.box) > options.max_cover;
    });
    if (same == kept.end()) {
      kept.push_back(candidate);
    } else {
      same->detection.score = std::max(same->detection.score, given.score);
    }
  }
  std::vector<Detection> out;
  for (const TileDetection& each : kept) out.push_back(each.detection);
  std::ranges::sort(out, is_surer);
  return out;
}

}  // namespace vigil::vision
