// EventKeeper: saves the evidence of events of a live stream: clip and picture out of what a LiveRecorder holds, and a line
// in events.jsonl; on a thread of its own, so that alerts and the camera do not wait for it.
//
//   auto keeper = EventKeeper::create(*recorder, source, options, told);
//   keeper->began(id, event.begin);     // confirmed: what it shows is kept for it
//   keeper->ended(record);              // waits for the post-roll, then saves and tells
//   keeper->finish();                   // saves all there is without waiting
//
//   clips/20261126-074225-1.mp4   posters/20261126-074225-1.jpg   events.jsonl
//
// A clip and picture are complete and synced before events.jsonl names them, and its line is on the disk before the event is
// told. Files of an earlier watch in the same folder stay. began() and ended() belong to one thread; `told` is called on the
// keeper's.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "core/queue.h"
#include "core/result.h"
#include "media/live_recorder.h"
#include "media/live_source.h"
#include "pipeline/analysis_options.h"
#include "pipeline/watch_event.h"

namespace vigil::pipeline {

struct EventKeeperOptions {
  std::filesystem::path folder;
  core::MediaDuration pre_roll, post_roll;
  media::PrivacyMask mask = {};
};

class EventKeeper {
 public:
  static constexpr const char* kEvents = "events.jsonl";
  static constexpr const char* kClips = "clips";
  static constexpr const char* kPosters = "posters";

  using Told = std::function<core::Status(const WatchedEvent&)>;
  // The moment in which the picture of a time was shown.
  using ShownAt = std::function<std::optional<std::chrono::steady_clock::time_point>(core::MediaTime)>;

  // Makes the folders. `recorder` outlives the keeper. Errors: kIo.
  static core::Result<std::unique_ptr<EventKeeper>> create(media::LiveRecorder& recorder, ShownAt shown_at,
                                                           EventKeeperOptions options, Told told);
  ~EventKeeper();
  EventKeeper(const EventKeeper&) = delete;
  EventKeeper& operator=(const EventKeeper&) = delete;

  void began(std::int64_t id, core::MediaTime begin);

  // Blocks while many wait. What cannot be saved (a full disk) is told all the same, with a note. Errors: `told`'s, of an
  // earlier event.
  core::Status ended(WatchedEvent event);

  // Errors: as ended().
  core::Status finish();

 private:
  EventKeeper(media::LiveRecorder& recorder, ShownAt shown_at, EventKeeperOptions options, Told told);
  void work();
  core::Status save(WatchedEvent event);
  void wait_for_post_roll(const core::Event& event);
  void collect(WatchedEvent& event);
  void update_keep();
  core::Status status() const;

  media::LiveRecorder& recorder_;
  ShownAt shown_at_;
  EventKeeperOptions options_;
  Told told_;
  core::BoundedQueue<WatchedEvent> waiting_;
  mutable std::mutex mutex_;
  std::map<std::int64_t, core::MediaTime> needed_;  // by event: from where its clip will want to begin
  std::optional<core::Error> error_;
  std::stop_source hurry_;
  std::jthread thread_;
};

}  // namespace vigil::pipeline
