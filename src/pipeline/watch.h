// watch_stream: the line on a camera, for days: takes its address and a classifier, says what happens as it happens, and
// saves the evidence.
//
//   auto summary = watch_stream(*scorer, {.url = "rtsp://camera/stream", .out = "vigil-out/yard", .stop = stop},
//                               {.on_event = say, .on_stream = say_stream, .on_status = say_status});
//
//   LiveSource ═ LiveFrames ═ queue ═╤═ windows → ScoringStage ─┬─ confirmed: told at once
//        ╘═ LiveRecorder              ╘═ frames  → PeopleStage ──┘  ended → EventKeeper: clip, picture, told
//
// Nothing keeps the camera waiting: where the line is behind, the oldest windows and frames are dropped and counted. A
// stream that is lost or frozen is connected to anew; when nothing has come for a second more than an event may pause
// (detector.merge_gap), events that are open end there. Memory does not grow with time, nor does the disk but by the events.
//
// `out` gets events.jsonl, the evidence and page of each event (event_keeper.h), and live/, the ring of the recorder. It may
// hold an earlier watch, whose events stay. Killed at any moment it loses what was not yet ended, and at most a second of
// the ring.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/people.h"
#include "core/result.h"
#include "media/frame.h"
#include "media/live_recorder.h"
#include "media/live_source.h"
#include "pipeline/analysis_options.h"
#include "pipeline/clip_scorer.h"
#include "pipeline/watch_event.h"
#include "vision/face_finder.h"
#include "vision/people_finder.h"

namespace vigil::pipeline {

struct WatchOptions {
  AnalysisOptions analysis;  // but for batch_windows, annotate, time_zero, and batches and delay of people: as fits live use
  core::MediaDuration frozen_after = core::MediaDuration::from_seconds(10);  // see media::LiveSourceOptions
  media::BackOffOptions back_off = {};
  core::MediaDuration keep = core::MediaDuration::from_seconds(60);  // of the stream on disk; see media::LiveRecorderOptions
  std::uint64_t keep_bytes = 256ULL << 20;
  core::MediaDuration status_every = core::MediaDuration::from_seconds(10);  // above 0

  // `window`: length of the classifier's windows. Errors: kInvalidArgument, naming the option, the value and the range.
  core::Status validate(core::MediaDuration window) const;
};

struct WatchRequest {
  std::string url;                         // or a file, with `realtime`
  bool realtime = false;                   // play a file at its own speed
  bool loop = false;                       // with `realtime`: again and again, until a stop
  std::vector<media::PacketTap*> taps{};   // fed by the same connection; see media::LiveSourceOptions
  vision::PeopleFinder* people = nullptr;  // outlives the call; null: people are not looked for
  vision::FaceFinder* faces = nullptr;     // outlives the call; null: faces are not looked for
  std::filesystem::path out;
  WatchOptions options;
  std::stop_token stop;
};

// Each may be empty. One call at a time, though from different threads; a slow one holds up the alerts.
struct WatchSinks {
  std::function<core::Status(const WatchedEvent&)> on_event;
  std::function<void(const media::StreamChange&)> on_stream;
  std::function<void(const WatchStatus&)> on_status;
  // What the live view shows. Every picture in which people are looked for, at the camera's own size, before they are.
  std::function<void(const media::Frame&)> on_frame = {};
  // The people of such a picture, with what was said of them last; `shown`: when it was.
  std::function<void(const core::FramePeople&, WallTime shown)> on_people = {};
  // The smoothed score of a window, and whether it or anybody in it counts as violent.
  std::function<void(const core::ScoredWindow&, bool violent)> on_score = {};
};

struct WatchSummary {
  bool interrupted = false;  // by a stop; else a file has come to its end
  std::int64_t events = 0;   // that were confirmed
  std::uint64_t frames = 0;
  std::uint64_t dropped = 0;
};

// Blocks. One call at a time per scorer. A stop request ends within seconds: the open event is ended, saved and told.
// Errors: kInvalidArgument (options, a stored file without `realtime`), kNotFound, kUnreadable, kUnsupported (as
// media::LiveSource), kIo (the folder), kInternal (the classifier), and those of on_event.
core::Result<WatchSummary> watch_stream(ClipScorer& scorer, const WatchRequest& request, const WatchSinks& sinks);

}  // namespace vigil::pipeline
