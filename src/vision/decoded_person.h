// DecodedPerson: what the decoders of pose networks (vision/people_decoder.h, vision/openpose_decoder.h) give for a person.
#pragma once

#include "core/box.h"
#include "core/pose.h"

namespace vigil::vision {

// Lengths are cells of the map; the box may reach beyond it.
struct DecodedPerson {
  core::Box box;
  float score = 0;
  core::Pose pose;
};

}  // namespace vigil::vision
