// decode_openpose: takes the maps of an OpenPose network (nets/openpose_mobilenet.h) for one picture, gives the people in it
// with 17 key points each. Free of torch.
//
//   const OpenPoseGrid grid{.width = 64, .height = 48, .parts = parts, .limbs = limbs};
//   for (const DecodedPerson& person : decode_openpose(grid, {.score_threshold = 0.3F})) use(person.pose);
//
// From the parts to the people, after Cao, Simon, Wei, Sheikh, "Realtime multi-person 2D pose estimation using part affinity
// fields", 2017, sections 2.3 and 2.4: every peak of a part's map is somebody's; two peaks may be the ends of one limb as
// far as the field between them points from one to the other; of each kind of limb the surest are taken first, and each peak
// once. The limbs taken then join peaks to people, surest first; one that would give a person a second part of a kind is
// left out, as in the paper's sequel of 2019, section 3.4. Pure; any thread.
#pragma once

#include <span>
#include <vector>

#include "vision/decoded_person.h"

namespace vigil::vision {

// One picture's maps, planes of height × width, row by row, in OpenPose's order. Any values, also ones that are not numbers.
struct OpenPoseGrid {
  int width = 0;   // cells
  int height = 0;  // cells
  // 19 planes, of which the last is not looked at: nose, neck; right shoulder, elbow, wrist; the same on the left; right
  // hip, knee, ankle; the same on the left; right and left eye; right and left ear.
  std::span<const float> parts;
  // 38: x and y for each limb. Neck – right hip – knee – ankle; neck – left hip – knee – ankle; neck – right shoulder –
  // elbow – wrist; right shoulder – ear; neck – left shoulder – elbow – wrist; left shoulder – ear; neck – nose; nose –
  // right eye; nose – left eye; right eye – ear; left eye – ear.
  std::span<const float> limbs;
};

struct OpenPoseDecoderOptions {
  float part_threshold = 0.1F;    // (0, 1); a lower peak is no part. Higher: fewer hidden parts are guessed
  float limb_threshold = 0.05F;   // [0, 1); a field weaker than this along a limb speaks against it
  float score_threshold = 0.25F;  // [0, 1]; higher: fewer false people, more missed ones
  int max_peaks = 128;            // of each kind of part, surest first; bounds time, with its square
  int max_people = 300;           // surest first
};

// Surest first. The middle of the first cell lies at 0.5, 0.5. A person's score is the mean of its parts' and limbs' scores,
// less the fewer they are; the box goes around the parts. Parts that were not found have the score 0 and lie in the middle
// of the box. Requires planes of the sizes that width and height say.
std::vector<DecodedPerson> decode_openpose(const OpenPoseGrid& grid, const OpenPoseDecoderOptions& options);

}  // namespace vigil::vision
