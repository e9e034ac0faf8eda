// HOTA: how well detection and association go together (Luiten et al. 2021). A part of mot_metrics.h.
#pragma once

#include "learn/mot_frames.h"

namespace vigil::learn {

struct HotaScores {
  double hota = 0;   // all [0, 1]: means over the thresholds 0.05, 0.10, …, 0.95
  double det_a = 0;  // detection: hits over hits, misses and false positives
  double ass_a = 0;  // association: how much of its whole person and track each hit's pair shares
};

// Requires boxes in the truth or in the result.
HotaScores measure_hota(const MotFrames& frames);

}  // namespace vigil::learn
