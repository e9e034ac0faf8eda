// analyze_video: takes a video and a classifier, gives events, evidence and a report in a folder; the whole line for one
// video.
//
//   auto record = analyze_video(*scorer, {.input = "street.mp4", .out = "vigil-out/street", .stop = stop});
//   if (!record) return std::unexpected(record.error());
//   say(headline(*record));
//
// Decode → windows → classifier → events → evidence → events.json and report.html; beside it frames → people → tracks.jsonl.
// Memory does not grow with the length of the video: scores and people are streamed to files, and the report draws at most
// kTimelinePoints of each. The same input, weights and options give the same files, byte for byte, whatever the number of
// decoder threads.
//
// Killed at any moment, the folder holds an events.json that is whole, says "complete": false, and names only files that are
// whole. A stop request ends within a second or two; what was found until then is written and record.interrupted is set.
#pragma once

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>

#include "core/progress.h"
#include "core/result.h"
#include "pipeline/analysis_options.h"
#include "pipeline/analysis_record.h"
#include "pipeline/clip_scorer.h"
#include "vision/face_finder.h"

namespace vigil::pipeline {

inline constexpr std::size_t kTimelinePoints = 2000;  // of scores, and as many of people
inline constexpr int kStripPictures = 8;

struct AnalysisRequest {
  std::string input;                       // file or URL
  vision::PeopleFinder* people = nullptr;  // outlives the call; null: people are not looked for
  vision::FaceFinder* faces = nullptr;     // outlives the call; null: no faces in the evidence
  std::filesystem::path out;               // folder; see AnalysisFiles::prepare()
  AnalysisOptions options;
  // A clip or poster of an event that cannot be written ends the analysis with kIo; otherwise a note says so.
  bool needs_evidence = false;
  std::stop_token stop;
  core::ProgressSink progress;  // done and total in seconds of video; note: speed and events. Called on the calling thread
};

// Blocks. One call at a time per scorer. A video that breaks off is analysed as far as it can be read, with a warning in the
// record. Errors: kNotFound, kUnreadable, kUnsupported, kTimedOut (the input, as media::Source; nothing is written then),
// kInvalidArgument (options, folder), kIo (the folder, evidence that is needed), kInternal (the classifier). An interrupted
// analysis is not an error.
core::Result<AnalysisRecord> analyze_video(ClipScorer& scorer, const AnalysisRequest& request);

}  // namespace vigil::pipeline
