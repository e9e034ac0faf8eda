// CameraLine: one camera under watch: the line runs on it on a thread of its own, its events go into the repository, what it
// shows goes to its LiveFeed, and what it is to record becomes recordings.
//
//   CameraLine line({.camera = row, .address = address, .folder = folder, …}, common);
//   const CameraStatus status = line.status();
//
// The destructor ends it, within seconds; the event that is open is stored, and what waits to be stored is tried once more.
// Callable from any thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "station/camera_scene.h"
#include "station/camera_status.h"
#include "station/event_delivery.h"
#include "station/live_feed.h"
#include "station/live_pictures.h"
#include "station/networks.h"
#include "station/notice.h"
#include "station/turns.h"

#include "archive/archive.h"
#include "core/hub.h"
#include "media/continuous_recorder.h"
#include "media/live_fragments.h"
#include "pipeline/watch.h"

namespace vigil::station {

// What all lines share; outlives them.
struct LineCommon {
  archive::Archive& archive;
  const LoadNetworks& load;
  Turns& turns;
  core::Hub<Notice>& notices;
  std::chrono::milliseconds try_again = kTryAgain;  // with what could not be stored
};

struct CameraLineOptions {
  archive::Camera camera;
  std::string address;           // with its secrets
  std::filesystem::path folder;  // of this camera alone
  std::shared_ptr<LiveFeed> feed;
};

class CameraLine {
 public:
  CameraLine(CameraLineOptions options, LineCommon& common);
  ~CameraLine();
  CameraLine(const CameraLine&) = delete;
  CameraLine& operator=(const CameraLine&) = delete;

  CameraStatus status() const;

  // Begins to end; the destructor waits for it.
  void request_stop() {
    thread_.request_stop();
    delivery_.request_stop();
  }

 private:
  void run(std::stop_token stop);
  core::Status watch(std::stop_token stop);
  core::Result<pipeline::WatchRequest> prepare(Networks& networks, std::stop_token stop);
  pipeline::WatchSinks sinks();
  void take_event(const pipeline::WatchedEvent& event);
  CameraEvent described(const pipeline::WatchedEvent& event) const;
  void take_change(const media::StreamChange& change);
  void take_status(const pipeline::WatchStatus& status);
  void set_state(CameraState state, const std::string& reason);
  void take_piece(const media::LivePiece& piece);
  void set_video();
  core::Status keep_segment(const media::FinishedSegment& segment);
  archive::WallTime begin_of(const media::FinishedSegment& segment) const;
  bool is_kept(const std::string& key, archive::WallTime begin, archive::WallTime end);
  void adopt_segments();

  const CameraLineOptions options_;
  LineCommon& common_;
  LiveFeed& feed_;
  media::LiveFragments fragments_;
  std::unique_ptr<media::ContinuousRecorder> recorder_;  // null: nothing is recorded
  struct RecordedUntil {
    core::MediaTime media;
    archive::WallTime wall;
  };
  std::optional<RecordedUntil> recorded_until_;  // by the last segment; the recorder tells one at a time
  LivePictures pictures_;
  EventDelivery delivery_;
  mutable std::mutex mutex_;
  CameraStatus status_;
  int width_px_ = 0, height_px_ = 0;  // told of as the scene
  bool masked_ = false;               // the camera's own video shows what nobody may see
  std::jthread thread_;
};

}  // namespace vigil::station
