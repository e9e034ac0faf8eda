#include "pipeline/people_stage.h"

#include <algorithm>
#include <format>
#include <utility>

namespace vigil::pipeline {
namespace {

using core::ErrorCode;
using core::fail;

}  // namespace

core::Status PeopleOptions::validate() const {
  if (batch_frames < 1 || batch_frames > 64) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("people: batches of {} frames; 1 to 64 are possible", batch_frames));
  }
  if (history.delay < history.fill_gaps || history.fill_gaps < core::MediaDuration()) {
    return fail(ErrorCode::kInvalidArgument, "people: gaps can be filled from 0 up to the delay only");
  }
  if (motion_gate) {
    if (auto valid = motion_gate->validate(); !valid) return valid;
  }
  return tracker.validate();
}

core::Result<std::unique_ptr<PeopleStage>> PeopleStage::create(vision::PeopleFinder& finder, const PeopleOptions& options,
                                                               Sink sink) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  auto tracker = vision::Tracker::create(options.tracker);
  if (!tracker) return std::unexpected(tracker.error());
  return std::unique_ptr<PeopleStage>(new PeopleStage(finder, options, std::move(*tracker), std::move(sink)));
}

PeopleStage::PeopleStage(vision::PeopleFinder& finder, const PeopleOptions& options, vision::Tracker tracker, Sink sink)
    : finder_(finder), options_(options), sink_(std::move(sink)), tracker_(std::move(tracker)), history_(options.history) {
  if (options.motion_gate) gate_.emplace(*options.motion_gate);
}

core::Status PeopleStage::push(const media::Frame& frame) {
  bool moved = true;
  if (gate_) {
    const core::StageClock clock(gate_time_, 1);
    moved = gate_->moved(frame);
  }
  ++(moved ? stats_.looked_at : stats_.still);
  batch_.push_back({.frame = frame, .moved = moved});
  return batch_.size() < static_cast<std::size_t>(options_.batch_frames) ? core::Status() : look();
}

core::Status PeopleStage::finish() {
  if (auto looked = look(); !looked) return looked;
  return give(history_.finish());
}

core::Status PeopleStage::look() {
  std::vector<media::Frame> moved;
  for (const Seen& seen : batch_) {
    if (seen.moved) moved.push_back(seen.frame);
  }
  auto found = finder_.find(moved);
  if (!found) return std::unexpected(found.error());
  auto next = found->begin();
  for (const Seen& seen : batch_) {
    if (seen.moved) latest_ = inside_regions(std::move(*next++), seen.frame);
    if (auto tracked = track(seen.frame.pts(), latest_); !tracked) return tracked;
  }
  batch_.clear();
  return {};
}

std::vector<vision::FoundPerson> PeopleStage::inside_regions(std::vector<vision::FoundPerson> people,
                                                             const media::Frame& frame) const {
  const auto stands_in = [&](const std::vector<core::Region>& regions, const vision::FoundPerson& person) {
    return std::ranges::any_of(regions, [&](const core::Region& region) {
      return region.holds_feet_of(person.detection.box, frame.width_px(), frame.height_px());
    });
  };
  std::erase_if(people, [&](const vision::FoundPerson& person) {
    return (!options_.regions.empty() && !stands_in(options_.regions, person)) || stands_in(options_.ignored, person);
  });
  return people;
}

core::Status PeopleStage::track(core::MediaTime time, const std::vector<vision::FoundPerson>& people) {
  std::vector<core::Detection> detections;
  std::vector<vision::Embedding> looks;
  Poses& poses = poses_.emplace_back();
  bool any_look = false;
  for (const vision::FoundPerson& person : people) {
    detections.push_back(person.detection);
    looks.push_back(person.look);
    any_look |= !person.look.empty();
    poses.push_back(person.pose);
  }
  if (!any_look) looks.clear();
  std::vector<vision::FrameTracks> past;
  {
    const core::StageClock clock(track_time_, 1);
    past = history_.add(tracker_.update(time, detections, looks), time);
  }
  return give(past);
}

core::Status PeopleStage::give(const std::vector<vision::FrameTracks>& frames) {
  for (const vision::FrameTracks& frame : frames) {
    core::FramePeople out{.time = frame.time, .people = {}};
    for (const core::Track& track : frame.tracks) {
      out.people.push_back({.track = track, .pose = track.detection ? poses_.front()[*track.detection] : std::nullopt});
    }
    count(out);
    poses_.pop_front();
    if (auto kept = sink_(out); !kept) return kept;
  }
  return {};
}

void PeopleStage::count(const core::FramePeople& frame) {
  if (frame.people.size() > stats_.most_at_once) {
    stats_.most_at_once = frame.people.size();
    stats_.most_at = frame.time;
  }
  people_given_ += frame.people.size();
  stats_.mean = static_cast<double>(people_given_) / static_cast<double>(++frames_given_);
  for (const core::TrackedPerson& person : frame.people) {
    const auto [known, is_new] = counted_.insert_or_assign(person.track.id, frame.time);
    stats_.people += is_new ? 1 : 0;
  }
  // Who was unseen for so long has been given up and does not come back under the same identity.
  const core::MediaTime forgotten = frame.time - (options_.tracker.max_age + options_.history.delay);
  std::erase_if(counted_, [&](const auto& entry) { return entry.second < forgotten; });
}

std::vector<core::StageTime> PeopleStage::times() const {
  std::vector<core::StageTime> times;
  if (gate_) times.push_back(gate_time_);
  for (core::StageTime& time : std::vector(finder_.times())) times.push_back(std::move(time));
  times.push_back(track_time_);
  return times;
}

}  // namespace vigil::pipeline
