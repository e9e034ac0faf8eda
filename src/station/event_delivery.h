// EventDelivery: takes the events of a camera that have ended into the repository and tells of them, in order and on a
// thread of its own, so that neither the camera nor its alerts wait for the disk or the database. What cannot be stored now,
// because the disk is full or the database away, is tried again until it is stored.
//
//   EventDelivery delivery({.folder = out, .feed = feed}, archive, notices);
//   delivery.take({.uid = uid, .camera_id = 3, .source = "Yard", …}, event);   // its evidence lies in `folder`; returns at
//   once
//
// The evidence of an event, and of no other, is removed from `folder` once the event is in the repository, or never can be.
// Once it is to stop, each that waits or is still taken is tried once more; all that are left are lost where that has gone
// wrong for ten seconds. take() belongs to one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "station/live_feed.h"
#include "station/notice.h"
#include "station/storing.h"

#include "archive/archive.h"
#include "core/hub.h"
#include "core/queue.h"
#include "pipeline/watch_event.h"

namespace vigil::station {

struct EventDeliveryOptions {
  std::filesystem::path folder;  // of the watch
  std::shared_ptr<LiveFeed> feed;
  std::size_t most_waiting = 256;  // at least 1; an event beyond is lost, which is told and logged
  std::chrono::milliseconds try_again = kTryAgain;
};

class EventDelivery {
 public:
  // `archive` and `notices` outlive the object.
  EventDelivery(EventDeliveryOptions options, archive::Archive& archive, core::Hub<Notice>& notices);
  ~EventDelivery();
  EventDelivery(const EventDelivery&) = delete;
  EventDelivery& operator=(const EventDelivery&) = delete;

  // `what` and `event` are the same one, as others and as the camera's line know it.
  void take(CameraEvent what, pipeline::WatchedEvent event);

  // Begins to stop; the destructor waits for it.
  void request_stop() { thread_.request_stop(); }

 private:
  struct Waiting {
    CameraEvent what;
    pipeline::WatchedEvent event;
  };

  void work(std::stop_token stop);
  core::Result<std::int64_t> store(const Waiting& waiting, std::stop_token stop);
  void tell(const Waiting& waiting, const core::Result<std::int64_t>& id);
  void remove_evidence(const pipeline::EventRecord& record) const;

  const EventDeliveryOptions options_;
  archive::Archive& archive_;
  core::Hub<Notice>& notices_;
  core::BoundedQueue<Waiting> waiting_;
  std::jthread thread_;
};

}  // namespace vigil::station
