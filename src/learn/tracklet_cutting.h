// Cuts tracklets out of videos: finds people, follows them, and keeps pictures of those it is sure of.
//
//   cut_tracklets(*detector, {{.path = "fight/fi001.mp4", .name = "fight/fi001.mp4", .scene = "g00"}}, {.out = "street"});
//   auto tracklets = read_tracklets("street");
//
// A picture is kept while its person is seen well: a sure detection, tall enough, inside the frame, hardly hidden by others.
// Deterministic. `out` is rewritten after each video; videos that it already holds are not cut again. Blocks; the detector
// is the caller's. Free of torch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>

#include "core/progress.h"
#include "core/result.h"
#include "vision/detector.h"

namespace vigil::learn {

struct SceneVideo {
  std::filesystem::path path;
  std::string name;   // as tracklets call it; pictures lie in a folder named after it
  std::string scene;  // videos of one scene may show the same people
};

struct CuttingOptions {
  std::filesystem::path out;  // folder; made when missing
  double fps = 10;            // (0, 100] frames a second in which people are looked for
  double every_s = 0.2;       // [0, 60] between two pictures of a person
  float min_score = 0.5F;     // [0, 1] of a detection, to be followed and to be kept
  double min_height_px = 40;  // of the person
  double max_hidden = 0.3;    // [0, 1] share of the box that other people's boxes may cover
  int min_pictures = 4;       // of a person; 2 or more
  bool overwrite = false;     // start afresh although `out` was made with other options
  std::stop_token stop = {};
  core::ProgressSink progress = {};  // in videos

  core::Status validate() const;  // kInvalidArgument
};

struct CuttingOutcome {
  std::int64_t videos = 0;  // looked through, those of earlier runs included
  std::int64_t tracklets = 0;
  std::int64_t pictures = 0;
};

// Errors: kInvalidArgument (options; two videos of one name; an `out` made with other options), of opening and decoding a
// video, of the detector, kUnreadable (`out` holds something else), kIo; kCancelled: what is finished is in `out`.
core::Result<CuttingOutcome> cut_tracklets(vision::Detector& detector, std::span<const SceneVideo> videos,
                                           const CuttingOptions& options);

}  // namespace vigil::learn
