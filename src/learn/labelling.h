// Labelling by teachers: takes videos, gives pictures of them and boxes of the people in them, as COCO's "instances" JSON.
//
//   std::vector<Teacher> teachers;   // {.name = "yolox-nano@1024x768", .detector = …}
//   label_videos(teachers, videos, {.out = "data/annotations/instances_street.json", .pictures = "data/street"});
//   auto pictures = read_coco_folder("data", "person");
//
// What several teachers find is fused (learn/box_fusion.h). An annotation has, beside COCO's fields, its "score" [0, 1],
// which learn/coco_boxes.h reads as the label's weight; a picture its "video" and "time_us"; the document a "vigil" object
// with the teachers and options. Deterministic. Blocks; the teachers are the caller's, one thread at a time. Free of torch.
//
// `out` is complete or absent at every moment and rewritten after each video; when it already holds some of the videos,
// labelled by the same teachers and options, the others are added to it: in the same order, the result is that of one run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "learn/box_fusion.h"
#include "vision/detector.h"

namespace vigil::learn {

struct Teacher {
  std::string name;  // as the document names it: weights, input and tiles
  std::unique_ptr<vision::Detector> detector;
};

struct LabellingOptions {
  std::filesystem::path out;            // the JSON file
  std::filesystem::path pictures = {};  // folder for the pictures as JPEG; empty: none are written, and an entry's
                                        // "file_name" is its video
  double every_s = 1;                   // [0, 3600]; between pictures of a video; 0: every frame
  BoxFusionOptions fusion = {};
  bool overwrite = false;  // start afresh although `out` was made by other teachers or options
  std::stop_token stop = {};
  core::ProgressSink progress = {};  // in videos
};

struct LabellingOutcome {
  std::int64_t videos = 0;  // in the document, those of earlier runs included
  std::int64_t pictures = 0;
  std::int64_t boxes = 0;
};

// Errors: kInvalidArgument (options, no teacher, two videos that would share their pictures' names, an `out` of other
// teachers or options), of opening and decoding a video, of a teacher, kUnreadable (`out` is no such document), kIo;
// kCancelled: what is finished is in `out`.
core::Result<LabellingOutcome> label_videos(std::span<const Teacher> teachers, std::span<const std::filesystem::path> videos,
                                            const LabellingOptions& options);

}  // namespace vigil::learn
