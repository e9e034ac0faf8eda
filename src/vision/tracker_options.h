// TrackerOptions: what decides how a Tracker pairs detections with tracks. Defaults are those measured in
// docs/decisions/0010-tracker.md.
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "vision/box_filter.h"

namespace vigil::vision {

struct TrackerOptions {
  // Which detections count. Scores differ from detector to detector; these fit YOLOX and NanoDet.
  double min_new_score = 0.65;  // [0, 1] from here, and min_score, it begins a track; higher: fewer false tracks, later ones
  double min_score = 0.5;       // [0, 1] from here it continues any track; higher: fewer mistakes, more gaps
  double min_low_score = 0.1;   // [0, min_score] from here one that was just seen, e.g. half hidden; = min_score: off

  // A track's life.
  int n_init = 3;  // [1, 100] frames in a row before a track is believed; higher: fewer false tracks, later ones
  core::MediaDuration max_age = core::MediaDuration::from_seconds(2);  // [0, 600] s unseen before a track is given up;
                                                                       // longer bridges more, and mistakes more people

  // How alike a track and a detection must be.
  double min_iou = 0.3;              // (0, 1] overlap with the predicted box; higher: fewer switches in crowds, more gaps
  double min_low_score_iou = 0.5;    // (0, 1] the same for detections of low score
  double gate = 9.4877;              // above 0: squared Mahalanobis distance beyond which a pair is ruled out (chi-square
                                     // of 4 degrees of freedom: 9.4877 keeps 95 % of true pairs, 13.2767 keeps 99 %)
  double max_cosine_distance = 0.2;  // (0, 2] between embeddings; fit to the network; higher: fewer gaps, more switches
  double lambda = 0.02;              // [0, 1] share of the Mahalanobis distance in the cost beside appearance
  bool appearance_first = true;      // stage 1, as DeepSORT has it; false: appearance counts only as below
  double appearance_weight = 0;      // [0, 10] of the cosine distance beside overlap and in recovery; 0: none
  int gallery_budget = 100;          // [1, 10000] embeddings kept per track; more cost time

  // What helps where there is no appearance.
  bool motion = true;      // false: plain overlap with where the person was last seen; nothing is predicted
  bool recover = true;     // tracks that overlap no detection look for one near where they were last seen, then in the gate
  bool re_update = false;  // after a gap, the filter is run again along the line between the two detections (OC-SORT)
  double motion_weight = 0.1;  // [0, 10] of the surprise (box_filter.h) to see the person there, beside 1 − IoU
  double momentum = 0.2;       // [0, 1] weight of the angle between the person's course and the way to the detection
  core::MediaDuration momentum_span = core::MediaDuration::from_seconds(0.5);  // (0, 10] s over which the course is taken

  int max_people = 300;  // [1, 2000] tracks at a time and detections a frame, highest scores first; bounds time and memory
  MotionNoise noise = {};

  // Errors: kInvalidArgument, naming the option, the value and the range.
  core::Status validate() const;
};

}  // namespace vigil::vision
