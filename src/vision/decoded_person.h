// DecodedPerson: what the decoders of pose networks (vision/people_decoder.h, vision/openpose_decoder.h) give for a person,
// and the way from there into the frame. Free of torch.
//
//   for (const DecodedPerson& person : decode_people(maps, options)) use(in_frame(person, cell_px, letterbox, part));
//
// Plain values; any thread.
#pragma once

#include "core/box.h"
#include "core/pose.h"
#include "vision/letterbox.h"

namespace vigil::vision {

// Lengths are cells of the map; the box may reach beyond it.
struct DecodedPerson {
  core::Box box;
  float score = 0;
  core::Pose pose;
};

// In pixels of the frame of which `letterbox` showed `part`; the box is clipped to that part. `cell_px`: pixels of the input
// that a cell is wide.
core::PersonPose in_frame(const DecodedPerson& person, float cell_px, const Letterbox& letterbox, const PixelRect& part);

}  // namespace vigil::vision
