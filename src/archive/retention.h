// Retention: which footage goes, and when: rules of days and bytes for each camera, and a reserve of free disk that no rule
// can use up. Oldest first; what is pinned never.
//
//   Retention retention(events, store, recordings, blobs);
//   auto plan = retention.plan({{.footage = Footage::kRecordings, .days = 14}}, now());
//   for (const RuleInForce& rule : plan->in_force) show(rule.sentence);     // what the rules are, in words
//   for (const Removal& removal : plan->removals) warn(removal.why);        // before anything goes
//   retention.apply(*plan, [](const Removal& gone) { … });
//
// A plan is made from what is there at one moment and changes nothing; of very much it holds the first part, and another
// plan the next. Callable from any thread; blocks on the database and the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "archive/event_store.h"
#include "archive/recordings.h"

namespace vigil::archive {

enum class Footage { kRecordings, kEvents, kDismissedEvents };

struct RetentionRule {
  Footage footage = Footage::kRecordings;
  std::optional<std::int64_t> camera_id = {};  // nothing: each camera that has no rule of its own for this footage
  std::optional<int> days = {};                // older ones go; 1–36,500
  std::optional<std::uint64_t> bytes = {};     // the oldest of each go until the rest is no more; above 0

  core::Status validate() const;  // kInvalidArgument
};

struct Removal {
  std::optional<Segment> recording;  // either this
  std::optional<StoredEvent> event;  // or this, as lists have it
  WallTime begin;
  std::uint64_t size = 0;
  std::string why;  // a sentence
};

// What the disk needs attention for before anything is lost.
enum class DiskWarning { kNearlyFull, kFull };  // the oldest footage will have to go soon; nothing is left that may go

std::string_view to_string(DiskWarning warning);  // a sentence

// Kept free on the disk: the larger of a share of it and an hour of recording.
struct DiskReserve {
  std::uint64_t bytes = 0;
  bool an_hour = false;  // of recording, which is more than the share
};

struct RuleInForce {
  std::optional<std::int64_t> camera_id = {};  // nothing: of all
  std::string sentence = {};
};

struct RetentionPlan {
  std::vector<Removal> removals;
  bool more = false;                  // would go too, and is left to the next plan
  std::vector<RuleInForce> in_force;  // each rule, and the reserve
  DiskReserve reserve;
  std::optional<DiskWarning> warning;

  std::uint64_t size() const;
};

class Retention {
 public:
  static constexpr std::size_t kMostRemovals = 5'000;  // of one plan

  Retention(Events& events, EventStore& store, Recordings& recordings, BlobStore& blobs)
      : events_(events), store_(store), recordings_(recordings), blobs_(blobs) {}

  // `space`: nothing asks the disk. Errors: kInvalidArgument (a rule), kIo, kTimedOut.
  core::Result<RetentionPlan> plan(const std::vector<RetentionRule>& rules, WallTime now,
                                   std::optional<BlobSpace> space = std::nullopt);

  // Removes what the plan says and is still not pinned, and tells of each that is gone. Errors: the first one; all else is
  // removed nevertheless, until a stop is requested.
  core::Status apply(const RetentionPlan& plan, const std::function<void(const Removal&)>& removed = {},
                     std::stop_token stop = {});

 private:
  struct Draft;  // a plan in the making

  using IsOf = std::function<bool(std::optional<std::int64_t> camera)>;  // whether a rule is about its footage

  core::Status plan_rule(const RetentionRule& rule, const IsOf& of, WallTime now, Draft& draft);
  core::Status plan_recordings(const RetentionRule& rule, const IsOf& of, WallTime now, Draft& draft);
  core::Status plan_events(const RetentionRule& rule, const IsOf& of, WallTime now, Draft& draft);
  core::Status plan_reserve(const BlobSpace& space, WallTime now, Draft& draft);
  // Those that nothing pins, oldest first, until `take` has enough and says false. Nothing: of every camera.
  core::Status each_recording(std::optional<std::int64_t> camera, const std::function<bool(const Segment&)>& take);
  core::Status each_event(EventSearch search, const std::function<bool(const StoredEvent&)>& take);

  Events& events_;
  EventStore& store_;
  Recordings& recordings_;
  BlobStore& blobs_;
};

}  // namespace vigil::archive
