// PeopleFinder: takes Frames, gives the people in each: box, pose, and what they look like; all that a Tracker and behaviour
// need. Free of torch.
//
//   auto finder = network_people_finder({.detector = std::move(detector), .pose = std::move(pose)});
//   auto people = finder->find(frames);
//
// One thread at a time. Deterministic; frames do not influence each other.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/detection.h"
#include "core/pose.h"
#include "core/result.h"
#include "core/stage_time.h"
#include "media/frame.h"
#include "vision/appearance_gallery.h"
#include "vision/detector.h"
#include "vision/embedder.h"
#include "vision/pose_estimator.h"

namespace vigil::vision {

struct FoundPerson {
  core::Detection detection;       // in pixels of the frame
  std::optional<core::Pose> pose;  // where one was found for this person
  Embedding look;                  // empty without an embedder, and of those that are too unsure for one
};

struct PeopleFinderInfo {
  std::string detector, pose, embedder;  // names; empty: none
};

class PeopleFinder {
 public:
  virtual ~PeopleFinder() = default;

  virtual const PeopleFinderInfo& info() const = 0;

  // For each frame its people, surest first. Blocks. Errors: kInvalidArgument (a frame without a picture, or grey only),
  // kInternal.
  virtual core::Result<std::vector<std::vector<FoundPerson>>> find(std::span<const media::Frame> frames) = 0;

  // What each step took so far, in order.
  virtual std::vector<core::StageTime> times() const { return {}; }
};

struct PeopleNetworks {
  std::unique_ptr<Detector> detector;            // may be null: then the pose estimator's boxes count
  std::unique_ptr<PoseEstimator> pose;           // may be null: no poses. Not both
  std::unique_ptr<Embedder> embedder = nullptr;  // may be null: no looks
  // [0, 1] score from which people's looks are taken; as TrackerOptions::min_score, below which a tracker does not ask.
  float min_look_score = 0.5F;
};

// Where both find people, poses go to the detector's boxes by match_poses().
std::unique_ptr<PeopleFinder> network_people_finder(PeopleNetworks networks);

}  // namespace vigil::vision
