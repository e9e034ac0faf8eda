// EventKeeper: saves the evidence of events of a live stream: clip, pictures and boxes out of what a LiveRecorder and
// RecentPeople hold, a page, and a line in events.jsonl; on a thread of its own, so that alerts and the camera do not wait
// for it.
//
//   auto keeper = EventKeeper::create(*recorder, source, options, told);
//   keeper->describe(about);            // once the camera is known
//   keeper->began(id, event.begin);     // confirmed: what it shows is kept for it
//   keeper->ended(record);              // waits for the post-roll, then saves and tells
//   keeper->finish();                   // saves all there is without waiting
//
//   clips/20261126-074225-1.mp4   clips/20261126-074225-1.boxes.jsonl   posters/20261126-074225-1.jpg
//   people/20261126-074225-1-person-3-1.jpg   20261126-074225-1.html   events.jsonl
//
// Files are complete and synced before events.jsonl names them, and its line is on the disk before the event is told. Files
// of an earlier watch in the same folder stay. describe(), began() and ended() belong to one thread; `told` is called on the
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
#include "media/privacy_mask.h"
#include "pipeline/analysis_record.h"
#include "pipeline/event_names.h"
#include "pipeline/recent_people.h"
#include "pipeline/watch_event.h"
#include "vision/face_finder.h"

namespace vigil::pipeline {

struct EventKeeperOptions {
  std::filesystem::path folder;
  core::MediaDuration pre_roll, post_roll;
  media::PrivacyMask mask = {};
  RecentPeople* people = nullptr;       // outlives the keeper; null: people are not looked for
  vision::FaceFinder* faces = nullptr;  // outlives the keeper; null: faces are not looked for
};

class EventKeeper {
 public:
  using Told = std::function<core::Status(const WatchedEvent&)>;
  // The moment in which the picture of a time was shown.
  using ShownAt = std::function<std::optional<std::chrono::steady_clock::time_point>(core::MediaTime)>;

  // Makes the folders. `recorder` outlives the keeper. Errors: kIo.
  static core::Result<std::unique_ptr<EventKeeper>> create(media::LiveRecorder& recorder, ShownAt shown_at,
                                                           EventKeeperOptions options, Told told);
  ~EventKeeper();
  EventKeeper(const EventKeeper&) = delete;
  EventKeeper& operator=(const EventKeeper&) = delete;

  // What the pages of events say of the camera and of how it is looked at.
  void describe(AnalysisRecord about);

  void began(std::int64_t id, core::MediaTime begin);

  // Blocks while many wait. What cannot be saved (a full disk) is told all the same, with a note. Errors: `told`'s, of an
  // earlier event.
  core::Status ended(WatchedEvent event);

  // What waits is saved without looking for faces. Errors: as ended().
  core::Status finish();

 private:
  EventKeeper(media::LiveRecorder& recorder, ShownAt shown_at, EventKeeperOptions options, Told told);
  void work();
  core::Status save(WatchedEvent event);
  void wait_for_post_roll(const core::Event& event);
  void collect(WatchedEvent& event, const EventNames& names);
  void picture(EventRecord& record, const EventNames& names);
  void write_page(WatchedEvent& event, const EventNames& names);
  void update_keep();
  core::Status status() const;

  media::LiveRecorder& recorder_;
  ShownAt shown_at_;
  EventKeeperOptions options_;
  Told told_;
  core::BoundedQueue<WatchedEvent> waiting_;
  mutable std::mutex mutex_;
  AnalysisRecord about_;
  std::map<std::int64_t, core::MediaTime> needed_;  // by event: from where its clip will want to begin
  std::optional<core::Error> error_;
  std::stop_source hurry_;
  std::jthread thread_;
};

}  // namespace vigil::pipeline
