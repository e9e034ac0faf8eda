// Station: runs the line on every camera that the repository knows and on every uploaded video, and puts what they show into
// the repository; what a server shows and steers.
//
//   auto station = Station::open(archive, {.folder = data, .networks = load_networks});
//   (*station)->start();
//   (*station)->camera_changed(3);                  // its row was added, changed or removed
//   auto live = (*station)->live(3);                // what it shows, whether it is watched or not
//   auto news = (*station)->notices().subscribe(show);
//
// Each camera has a thread of its own, and one that stores its events; one more works on uploaded videos, one looks after
// retention and uploads that were left in the middle, one begins and ends cameras. Networks are loaded once for each camera
// and for uploads, and take turns (turns.h). Callable from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "station/camera_status.h"
#include "station/live_feed.h"
#include "station/networks.h"
#include "station/notice.h"
#include "station/storing.h"
#include "station/uploads.h"
#include "station/warning.h"

#include "archive/archive.h"
#include "core/hub.h"
#include "core/result.h"

namespace vigil::station {

struct StationOptions {
  std::filesystem::path folder;  // the station's own, for what is being worked on
  LoadNetworks networks;
  int at_once = 1;                           // so many networks compute side by side
  std::uint64_t upload_bytes = 20ULL << 30;  // of one video
  std::chrono::seconds retention_every = std::chrono::minutes(10);
  std::chrono::milliseconds try_again = kTryAgain;  // with what could not be stored
  bool stored_cameras = false;  // a camera's address may be a video file, played over and over: for demonstrations
};

class Station {
 public:
  // `archive` outlives the station. Errors: kIo (the folder).
  static core::Result<std::unique_ptr<Station>> open(archive::Archive& archive, StationOptions options);
  ~Station();

  // Begins all work. What was being analysed when the last station ended is analysed anew; uploads of which it had received
  // everything are queued. Errors: kIo, kTimedOut.
  core::Status start();

  // Ends all work within seconds; open events are stored, analyses are taken up by the next station.
  void stop();

  // Its row was added, changed or removed. Returns once what it showed before has ended.
  void camera_changed(std::int64_t id);
  CameraStatus status(std::int64_t id) const;
  std::shared_ptr<LiveFeed> live(std::int64_t id) const;

  Uploads& uploads();
  // Cancels the analysis if it runs, the upload if it has not ended, or takes the video out of the queue. Errors: kNotFound,
  // kIo, kTimedOut.
  core::Status cancel_job(std::int64_t id);

  // What needs somebody's attention now.
  std::vector<Warning> warnings() const;

  core::Hub<Notice>& notices();

 private:
  struct Impl;
  explicit Station(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::station
