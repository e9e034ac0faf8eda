// AnalysisOptions: everything that decides what an analysis finds and writes, apart from the video and the classifier.
//
//   AnalysisOptions options{.stride = MediaDuration::from_seconds(1), .annotate = true};
//   if (auto valid = options.validate(window); !valid) return valid;
//
// A plain value.
#pragma once

#include <chrono>
#include <optional>

#include "behavior/event_detector.h"
#include "behavior/rule_file.h"
#include "core/result.h"
#include "core/time.h"
#include "pipeline/people_stage.h"

namespace vigil::pipeline {

struct AnalysisOptions {
  behavior::EventDetectorOptions detector;  // of violence in the scene; people have the same two thresholds
  // Between the begins of windows; 0.04 s … the window's length. Shorter finds briefer events and costs time in proportion.
  core::MediaDuration stride = core::MediaDuration::from_seconds(0.5);
  // Span of the mean over neighbouring scores; 0–60 s, zero: off. Longer drops lone spikes and blurs the ends of events.
  core::MediaDuration smoothing = core::MediaDuration::from_seconds(1);
  core::MediaDuration pre_roll = core::MediaDuration::from_seconds(2);   // of clips; 0–600 s
  core::MediaDuration post_roll = core::MediaDuration::from_seconds(2);  // of clips; 0–600 s
  PeopleOptions people;                                                  // where the request names a finder of people
  double people_fps = 10;         // frames a second in which people are looked for; 0.1–240. More follows fast people better
  behavior::RuleFile rules = {};  // what else is watched for; where people stand who do not count; what nobody may see
  // What the clock on the wall showed at media time zero, in the camera's own zone; nothing: not known.
  std::optional<std::chrono::zoned_seconds> time_zero = std::nullopt;
  bool annotate = false;    // also write annotated.mp4
  int batch_windows = 4;    // scored at once; 1–256
  int decoder_threads = 2;  // 1–16; changes speed, never results

  // `window`: length of the classifier's windows. Errors: kInvalidArgument, naming the option, the value and the range.
  core::Status validate(core::MediaDuration window) const;
};

}  // namespace vigil::pipeline
