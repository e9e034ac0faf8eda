// Files of the MOT Challenge: boxes of people, one a line: frame, id, left, top, width, height, confidence, …
//
//   auto truth = read_mot_file("gt.txt", MotFileKind::kTruth);
//   for (const MotBox& box : *truth) use(box.frame, box.id, box.box);
//
// Ground truth, detections and results of trackers share the format. Frames count from 1; fields beyond the seventh differ
// between the years of the challenge and are not read. Free of torch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/box.h"
#include "core/result.h"

namespace vigil::learn {

enum class MotFileKind {
  kTruth,       // confidence 0 marks a box that is to be ignored: neither hit nor miss
  kDetections,  // the id says nothing; the confidence is the detector's score
  kResult,      // a tracker's output; the confidence may be missing
};

struct MotBox {
  int frame = 0;        // from 1
  std::int64_t id = 0;  // of a person; once a frame, except in detections
  core::Box box;        // pixels, never empty
  float confidence = 1;

  bool operator==(const MotBox&) const = default;
};

// In rising order of frames, those of one frame as in the file. Blank lines are skipped; an empty file has no boxes.
// Errors: kUnreadable as "origin:line: …", with the value as the file has it: too few fields, not a number, a frame or id
// that is not a whole number, a box without area, an id twice in a frame.
core::Result<std::vector<MotBox>> parse_mot(std::string_view text, std::string_view origin, MotFileKind kind);

// Errors: as parse_mot(), and kNotFound, kIo.
core::Result<std::vector<MotBox>> read_mot_file(const std::filesystem::path& path, MotFileKind kind);

// A result file's text, as the challenge's own programs read it.
std::string format_mot(std::span<const MotBox> boxes);

}  // namespace vigil::learn
