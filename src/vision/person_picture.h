// How good a picture of a person is: which of many are kept as evidence.
//
//   const PictureQuality view = judge_picture(crop, box, pose);
//   if (view.worth() > best.worth()) best = view;
//
// Callable from any thread.
#pragma once

#include <optional>

#include "core/box.h"
#include "core/pose.h"
#include "core/result.h"
#include "media/frame.h"

namespace vigil::vision {

struct PictureQuality {
  double height_px = 0;  // of the person in the video
  double sharpness = 0;  // [0, 1): r / (1 + r), r being the deviation of the Laplacian over that of the picture, at 64 × 128
  double facing = 0.5;   // [0, 1]; 1: nose and both eyes are seen; 0: only the back of the head; 0.5: not known

  // The larger, sharper and more frontal, the higher; grows with the height's logarithm.
  double worth() const;
};

// `crop`: RGB or I420 picture of the person. Errors: kInvalidArgument (no such picture).
core::Result<PictureQuality> judge_picture(const media::Frame& crop, const core::Box& box,
                                           const std::optional<core::Pose>& pose);

// Of a pose alone.
double facing_of(const core::Pose& pose);

}  // namespace vigil::vision
