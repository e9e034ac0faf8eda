// Measures of re-identification: how often the nearest picture shows the same person.
//
//   auto scores = measure_reid(samples, {.min_gap = MediaDuration::from_seconds(2)});
//   print("rank-1 {:.3f}, mAP {:.3f}", scores->rank1, scores->map);
//
// Every picture is asked for once, against all others that answer fairly: those of the same person from another moment, and
// those of people who are surely others. Pure; any thread. Free of torch.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/result.h"
#include "learn/tracklets.h"
#include "vision/appearance_gallery.h"

namespace vigil::learn {

struct ReidSample {
  const Tracklet* person = nullptr;  // of whom the picture is; outlives the measuring
  core::MediaTime time;
  vision::Embedding look;  // of length 1
};

struct ReidOptions {
  core::MediaDuration min_gap = core::MediaDuration::from_seconds(1);  // from a picture to another of the same person
};

struct ReidScores {
  std::size_t people = 0;
  std::size_t queries = 0;  // pictures that have another of the same person far enough away
  double rank1 = 0;         // share of them whose nearest is of the same person, [0, 1]
  double map = 0;           // mean average precision, [0, 1]
};

// Errors: kInvalidArgument (a gap below 0; no picture that could be asked for).
core::Result<ReidScores> measure_reid(std::span<const ReidSample> samples, const ReidOptions& options = {});

std::string to_text(const ReidScores& scores);
std::string to_json(const ReidScores& scores);

}  // namespace vigil::learn
