// PeopleStage: takes the Frames of a stream, gives the people in them under lasting identities: motion gate, detection,
// pose, regions and tracking in one line.
//
//   auto stage = PeopleStage::create(finder, {.regions = {yard}}, keep);
//   while (auto frame = next()) if (auto pushed = (*stage)->push(*frame); !pushed) return pushed;
//   (*stage)->finish();
//
// A frame in which nothing moved takes the people found last. Frames are looked at in batches of a fixed number, never of
// what happens to be waiting, so that the same video gives the same people, bit for bit. One thread at a time; the sink is
// called on it. Holds one batch and the delay of options.history.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/people.h"
#include "core/region.h"
#include "core/result.h"
#include "core/stage_time.h"
#include "media/frame.h"
#include "vision/motion_gate.h"
#include "vision/people_finder.h"
#include "vision/track_history.h"
#include "vision/tracker.h"

namespace vigil::pipeline {

struct PeopleOptions {
  std::optional<vision::MotionGateOptions> motion_gate = vision::MotionGateOptions{};  // nothing: every frame is looked at
  std::vector<core::Region> regions{};  // people count whose feet stand in one of these; none: everywhere
  std::vector<core::Region> ignored{};  // and in none of these
  // Looks weigh in where place speaks for a pair; before place, they cost more than they mend (decision 14).
  vision::TrackerOptions tracker{.appearance_first = false, .appearance_weight = 1};
  vision::TrackHistoryOptions history{.fill_gaps = core::MediaDuration::from_seconds(1)};
  int batch_frames = 8;  // [1, 64] looked at together; more is faster and costs memory and delay

  core::Status validate() const;  // kInvalidArgument, naming option, value and range
};

struct PeopleStats {
  std::uint64_t looked_at = 0;   // frames in which people were searched
  std::uint64_t still = 0;       // frames in which nothing moved
  std::uint64_t people = 0;      // identities that were believed
  std::size_t most_at_once = 0;  // people in one frame
  core::MediaTime most_at;       // the first of the frames with so many; means nothing where nobody was
  double mean = 0;               // people a frame
};

class PeopleStage {
 public:
  // Every frame once, in order.
  using Sink = std::function<core::Status(const core::FramePeople&)>;

  // `finder` must outlive the stage. Errors: kInvalidArgument (options).
  static core::Result<std::unique_ptr<PeopleStage>> create(vision::PeopleFinder& finder, const PeopleOptions& options,
                                                           Sink sink);

  // Errors: those of the finder and the sink.
  core::Status push(const media::Frame& frame);

  // Looks at what is left of a batch and gives what was held back. Errors: as push().
  core::Status finish();

  const PeopleStats& stats() const { return stats_; }
  std::vector<core::StageTime> times() const;

 private:
  struct Seen {
    media::Frame frame;
    bool moved = true;
  };
  using Poses = std::vector<std::optional<core::Pose>>;

  PeopleStage(vision::PeopleFinder& finder, const PeopleOptions& options, vision::Tracker tracker, Sink sink);
  core::Status look();
  core::Status track(core::MediaTime time, const std::vector<vision::FoundPerson>& people);
  core::Status give(const std::vector<vision::FrameTracks>& frames);
  void count(const core::FramePeople& frame);
  std::vector<vision::FoundPerson> inside_regions(std::vector<vision::FoundPerson> people, const media::Frame& frame) const;

  vision::PeopleFinder& finder_;
  PeopleOptions options_;
  Sink sink_;
  std::optional<vision::MotionGate> gate_;
  vision::Tracker tracker_;
  vision::TrackHistory history_;
  std::vector<Seen> batch_;
  std::vector<vision::FoundPerson> latest_;          // people of the last frame that was looked at
  std::deque<Poses> poses_;                          // of the frames that history_ holds, by detection
  std::map<std::int64_t, core::MediaTime> counted_;  // ids given lately, and when
  PeopleStats stats_;
  std::uint64_t frames_given_ = 0;
  std::uint64_t people_given_ = 0;  // over all those frames
  core::StageTime gate_time_{.stage = "motion gate"};
  core::StageTime track_time_{.stage = "track"};
};

}  // namespace vigil::pipeline
