// annotate_video: takes a video and the scores found in it, writes the video again with the score, the events and the
// people drawn on it.
//
//   annotate_video({.input = "street.mp4", .scores = folder / "scores.csv", .target = folder / "annotated.mp4"}, record);
//
// A second pass over the video; scores are streamed from the file, so memory does not grow with its length. The score shown
// on a frame is that of the last window whose middle is not later. Blocks.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "core/progress.h"
#include "core/result.h"
#include "media/privacy_mask.h"
#include "pipeline/analysis_record.h"

namespace vigil::pipeline {

struct AnnotateRequest {
  std::string input;
  std::filesystem::path scores;  // as ScoreLog writes them
  std::filesystem::path tracks;  // as PeopleLog writes them; empty: none
  std::filesystem::path target;
  media::PrivacyMask mask;  // painted over
  std::stop_token stop;
  core::ProgressSink progress;
};

// Errors: as media::Source and media::AnnotatedWriter; kCancelled leaves no target.
core::Status annotate_video(const AnnotateRequest& request, const AnalysisRecord& record);

}  // namespace vigil::pipeline
