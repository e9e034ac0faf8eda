// AnnotatedWriter: re-encodes frames with drawings on top to an H.264 MP4; what `--annotate` gives.
//
//   auto writer = AnnotatedWriter::create("annotated.mp4", {.width_px = 768, .height_px = 576});
//   (*writer)->write(frame, {.labels = {{"violence 0.91", Tone::kAlert}}, .score = 0.91});
//   (*writer)->finish();
//
// Frames keep their presentation times (variable frame rate). One thread at a time. The target appears at finish(); a
// killed process leaves a fragmented MP4 beside it that still plays.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/box.h"
#include "core/result.h"
#include "media/frame.h"
#include "media/privacy_mask.h"

namespace vigil::media {

enum class Tone { kNeutral, kGood, kWarn, kAlert };

struct Label {
  std::string text;
  Tone tone = Tone::kNeutral;
};

// One of a round of well-told-apart colours, the same for the same number.
using ColorNumber = std::int64_t;

// A frame around something, its text on a tab above it. In pixels of the frame; what lies outside is cut off.
struct BoxMark {
  core::Box box;
  std::string text{};
  ColorNumber color = 0;
  std::optional<Tone> tone{};  // in place of the number's colour; kAlert: thicker too
  bool faint = false;          // thin and without its tab's ground: expected there, not seen
};

struct PointMark {
  float x = 0, y = 0;  // pixels of the frame
};

// A line through points: a limb, a trail.
struct LineMark {
  std::vector<PointMark> points;
  ColorNumber color = 0;
  double opacity = 1;  // (0, 1]
};

// What is drawn on one frame: labels as lines from the top left, the score as a bar along the bottom edge, and marks on what
// the picture shows.
struct Annotation {
  std::vector<Label> labels{};
  std::vector<LineMark> lines{};
  std::vector<BoxMark> boxes{};
  std::optional<double> score{};  // [0, 1]
  double threshold =
      0.5;  // a tick on the bar; at or above it the bar is drawn in the alert colour and the frame gets a border
};

struct AnnotatedWriterOptions {
  int width_px = 0;  // of the frames to come; even
  int height_px = 0;
  int quality = 23;                  // H.264 constant rate factor, 0–51; lower is better and bigger
  PrivacyMask mask = PrivacyMask();  // painted over before anything is drawn
};

class AnnotatedWriter {
 public:
  // Errors: kInvalidArgument, kIo, kUnsupported (no H.264 encoder).
  static core::Result<std::unique_ptr<AnnotatedWriter>> create(const std::filesystem::path& target,
                                                               AnnotatedWriterOptions options);
  ~AnnotatedWriter();

  // Requires an I420 or RGB frame of the size given, later than the one before. Errors: kInvalidArgument, kIo.
  core::Status write(const Frame& frame, const Annotation& annotation);

  // Flushes, syncs and renames to the target. Errors: kIo.
  core::Status finish();

 private:
  struct Impl;
  explicit AnnotatedWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::media
