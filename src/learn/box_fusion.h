// Weighted boxes fusion: one list of boxes from what several detectors found in the same picture.
//
//   std::vector<std::vector<core::Detection>> found = …;   // a list per detector
//   for (const core::Detection& person : fuse_boxes(found, {})) use(person.box, person.score);
//
// Solovyev, Wang, Gabruseva, "Weighted boxes fusion: ensembling boxes from different object detection models", 2021. Boxes
// that overlap form a cluster; its box is their mean, weighted by score, its score their mean times the part of the
// detectors that agree. So what one detector alone has seen stays, less sure. Pure; any thread; the result depends on the
// order of the lists only where scores are equal.
#pragma once

#include <span>
#include <vector>

#include "core/detection.h"

namespace vigil::learn {

struct BoxFusionOptions {
  float min_iou = 0.55F;    // [0, 1]; of a box with its cluster's. Less joins neighbours, more leaves doubles
  float min_score = 0.15F;  // [0, 1]; of a fused box, to be given
};

// Surest first. Classes are not looked at: give one class.
std::vector<core::Detection> fuse_boxes(std::span<const std::vector<core::Detection>> found,
                                        const BoxFusionOptions& options = {});

}  // namespace vigil::learn
