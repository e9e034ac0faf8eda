// Tiles: the overlapping parts of a frame that a detector looks at one by one, and one list of detections from theirs.
//
//   const std::vector<PixelRect> tiles = tiles_of(1920, 1080, {.columns = 3, .rows = 2});
//   std::vector<core::Detection> people = join_tiles(tiles, found_in_each, {.frame_width_px = 1920, …});
//
// Callable from any thread. The result does not depend on the order in which the detections of a tile come.
#pragma once

#include <span>
#include <vector>

#include "core/detection.h"
#include "vision/detector.h"
#include "vision/letterbox.h"

namespace vigil::vision {

// Row by row; tiles of one size that cover the frame, neighbours sharing tiling.overlap of a side.
std::vector<PixelRect> tiles_of(int frame_width_px, int frame_height_px, const Tiling& tiling);

struct JoinOptions {
  int frame_width_px = 0, frame_height_px = 0;
  float max_iou = 0.65F;   // as suppress_overlaps
  float max_cover = 0.6F;  // [0, 1]; a fragment covered more than this by another tile's box is that box's. Less joins more
};

// `found`: for each tile, in pixels of the frame. Non-maximum suppression in which a box that ends at a tile's border inside
// the frame, and so may be a fragment, gives way to whole boxes and is dropped where another tile's box covers it; a whole
// box is never dropped for being covered. A box takes the highest score of those that give way to it.
std::vector<core::Detection> join_tiles(std::span<const PixelRect> tiles,
                                        std::span<const std::vector<core::Detection>> found, const JoinOptions& options);

}  // namespace vigil::vision
