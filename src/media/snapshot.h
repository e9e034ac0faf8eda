// Snapshot: one picture of a camera, URL, device or file, and what the stream is; what tells whether an address is right.
//
//   auto snapshot = take_snapshot("rtsp://user:secret@camera/stream", {.timeout = MediaDuration::from_seconds(8)});
//   if (!snapshot) show(snapshot.error().message);   // "rtsp://***@camera/stream: the user name or the password is wrong"
//   else show(snapshot->jpeg, snapshot->info);
//
// Blocks; callable from any thread. Errors name no secret.
#pragma once

#include <stop_token>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "media/image_file.h"
#include "media/source.h"

namespace vigil::media {

struct SnapshotOptions {
  core::MediaDuration timeout = core::MediaDuration::from_seconds(10);  // of all; above 0. A name look-up may take longer
  OutputSize size = FitLongSide{1280};
  JpegOptions jpeg = {};
  std::stop_token stop{};  // ends it within a second
};

struct Snapshot {
  std::string jpeg;
  SourceInfo info;
};

// The first whole picture. Errors, each with a message that says what to look at: kInvalidArgument (options), kNotFound (no
// such file, device or stream), kUnreadable (no video, wrong password, nobody listens, host unknown), kUnsupported (codec,
// scheme, size), kTimedOut, kCancelled, kIo.
core::Result<Snapshot> take_snapshot(const std::string& url, const SnapshotOptions& options = {});

}  // namespace vigil::media
