// TrackLog: streams who was where in each frame to tracks.jsonl (docs/tracks-jsonl.md), so that memory does not grow with
// the length of the video; and TrackReader, which streams it back.
//
//   auto log = TrackLog::create(folder / "tracks.jsonl");
//   for (const core::Track& track : tracker.update(frame.pts(), detections)) log->append(track, pose_of(track));
//   log->sync();
//
// One line for each person of a frame, frames in order of time; lines reach the file as line_file.h says. One thread at a
// time.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "core/pose.h"
#include "core/result.h"
#include "core/track.h"
#include "pipeline/line_file.h"

namespace vigil::pipeline {

class TrackLog {
 public:
  // Replaces what is there. Errors: kIo.
  static core::Result<TrackLog> create(const std::filesystem::path& path);

  // A deleted track is nobody in this frame and gets no line; key points that are not finite count as not seen. Requires
  // times that do not fall and a finite box. Errors: kIo (disk full).
  core::Status append(const core::Track& track, const std::optional<core::Pose>& pose = std::nullopt);

  // Everything appended so far is in the file and on the disk. Errors: kIo.
  core::Status sync();

 private:
  explicit TrackLog(LineFile file) : file_(std::move(file)) {}

  LineFile file_;
  std::optional<core::MediaTime> time_;  // of the latest line
};

// One line. Of the track: id, state, box, time and score.
struct LoggedTrack {
  core::Track track;
  std::optional<core::Pose> pose;
};

class TrackReader {
 public:
  // Errors: kNotFound.
  static core::Result<TrackReader> open(const std::filesystem::path& path);

  // The next line; nothing at the end or at a line that is not whole.
  std::optional<LoggedTrack> next();

 private:
  explicit TrackReader(std::ifstream in) : in_(std::move(in)) {}
  std::ifstream in_;
};

}  // namespace vigil::pipeline
