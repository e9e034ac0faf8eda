// PeopleDecoder: takes the maps of a centre-point network (nets/movenet.h) for one picture, gives the people in it: a box, a
// score and 17 key points each. Free of torch.
//
//   const CenterMaps maps{.width = 64, .height = 64, .center = center, …};
//   for (const DecodedPerson& person : decode_people(maps, {.score_threshold = 0.3F})) use(person.box, person.pose);
//
// Every local maximum of the centre map is a person: there is no limit of six, as in the published graph. From the middle
// each key point is reached for; around that place, and inside the box, the strongest response of its heat map counts,
// weighted down with the distance, measured by the person's size (the published graph measures it by the picture's). A
// pose's score is the person's times the mean of its points'. Pure; any thread.
#pragma once

#include <span>
#include <vector>

#include "vision/decoded_person.h"

namespace vigil::vision {

// One picture's maps, each `channels` planes of height × width, row by row; pairs are y, x, in cells.
struct CenterMaps {
  int width = 0;                      // cells
  int height = 0;                     // cells
  std::span<const float> center;      // 1 plane, logits
  std::span<const float> box_size;    // 2: height, width
  std::span<const float> box_offset;  // 2
  std::span<const float> key_heat;    // 17, logits
  std::span<const float> key_reach;   // 34
  std::span<const float> key_offset;  // 34
};

struct PeopleDecoderOptions {
  float score_threshold = 0.25F;  // [0, 1]; higher: fewer false people, more missed ones
  float max_iou = 0.65F;          // [0, 1]; people whose boxes overlap more count as one
  int max_people = 300;           // surest first; bounds time
};

// Surest first. Requires planes of the sizes that width and height say.
std::vector<DecodedPerson> decode_people(const CenterMaps& maps, const PeopleDecoderOptions& options);

}  // namespace vigil::vision
