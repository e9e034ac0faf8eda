// ClipInput: what a clip network is shown: how long a window is, how many frames of it, at which size, normalised how.
// Written into the weights file by learn, read back by ClipClassifier, so that serving repeats training exactly.
//
//   ClipInput input;                          // the document's settings
//   if (auto valid = input.validate(); !valid) return valid;
//
// A plain value; free of torch.
#pragma once

#include <array>
#include <map>
#include <string>

#include "core/result.h"
#include "core/time.h"

namespace vigil::vision {

struct ClipInput {
  core::MediaDuration window = core::MediaDuration::from_seconds(2);  // 0.04–60 s
  int frames = 10;                                                    // sampled uniformly over the window; 1–256
  int short_side_min_px = 248;  // training scales the shorter side to a random size in [min, max]; 8–2048
  int short_side_max_px = 256;  // serving uses the middle of the two
  int crop_px = 112;            // centre crop, square; 8 … short_side_min_px
  std::array<float, 3> mean = {0.45F, 0.45F, 0.45F};       // of R, G, B in [0, 1]
  std::array<float, 3> stddev = {0.225F, 0.225F, 0.225F};  // above 0
  double flip_probability = 0.5;                           // of a left-right flip in training; [0, 1]

  // Errors: kInvalidArgument, naming the field, the value and the range.
  core::Status validate() const;

  bool operator==(const ClipInput&) const = default;
};

// As the flat text fields of a weights file's metadata ("input.frames" → "10"), and back.
// Errors: kUnreadable, naming the field that is missing or out of range.
void to_metadata(const ClipInput& input, std::map<std::string, std::string>& metadata);
core::Result<ClipInput> clip_input_from_metadata(const std::map<std::string, std::string>& metadata);

}  // namespace vigil::vision
