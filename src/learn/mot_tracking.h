// Follows people in a file of detections, as they would be followed in the video: MOT detections → MOT result.
//
//   auto result = track_detections(*detections, {.fps = 7});
//   write_file_atomically("result.txt", format_mot(result->boxes));
//
// Motion and overlap only: such files carry no pictures and so no appearance. Free of torch.
#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "learn/mot_file.h"
#include "vision/track_history.h"
#include "vision/tracker_options.h"

namespace vigil::learn {

struct MotTrackingOptions {
  vision::TrackerOptions tracker = {};
  double fps = 25;    // [0.1, 1000] frames a second of the video
  bool live = false;  // only what was known at the time, as a camera shows it: nothing earlier, no gaps filled
  core::MediaDuration fill_gaps = vision::TrackHistoryOptions().fill_gaps;  // [0, 600] s, in recordings
  std::stop_token stop = {};
};

struct MotTracking {
  std::vector<MotBox> boxes;  // by frame, then id
  int frames = 0;             // from 1 to the last with a detection
  double seconds = 0;         // that the tracker worked
};

// Errors: kInvalidArgument for options out of range, kCancelled.
core::Result<MotTracking> track_detections(std::span<const MotBox> detections, const MotTrackingOptions& options);

}  // namespace vigil::learn
