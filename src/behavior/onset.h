// find_onset: the window that an event really starts with, finer than the windows that found it.
//
//   auto begin = find_onset({.first = opening, .not_before = previous.begin, .step = window / frames}, score_at);
//
// The rule. Windows are usually scored every half second or second; an event opens with the first one at or above the
// threshold. Between that window and the one before it (which was below), windows of the same length are scored at every
// `step`, down to one sampling step. The earliest of them that reaches the threshold is the one that has just seen enough
// violence, and the first violent frame is the one that opens the SECOND HALF of what the classifier was shown of it: a
// window scores as violent once about half of it is. At the start of a stream there is no window before; the search then
// begins half a window before time zero, with the first frame standing still until zero. If already that window reaches the
// threshold, the stream's first frame is the first violent one.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/event.h"
#include "core/result.h"

namespace vigil::behavior {

struct OnsetSearch {
  core::ScoredWindow first;                   // the window that opened the event
  std::optional<core::MediaTime> not_before;  // begin of the window before it; nothing at the start of a stream
  core::MediaDuration step;                   // between the windows to score; above zero
  double threshold = 0.5;
};

// The scores of windows of the same length as `first` at the given begins, which rise; a begin below zero means that the
// first frame is repeated up to time zero.
using DenseScorer = std::function<core::Result<std::vector<double>>(const std::vector<core::MediaTime>& begins)>;

// The begin of the window that decides; that of `first` when none before it reaches the threshold. Scores at most 256
// windows; a longer range is searched in wider steps. Errors: those of the scorer.
core::Result<core::MediaTime> find_onset(const OnsetSearch& search, const DenseScorer& scorer);

}  // namespace vigil::behavior
