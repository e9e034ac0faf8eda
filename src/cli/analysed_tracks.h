// AnalysedTracks: the people in a tracks.jsonl of `vigil analyze` as a tracker's result in the frames of the MOT Challenge,
// so that the whole line is measured, from pixels to identities.
//
//   auto tracks = read_analysed_tracks("result/tracks.jsonl");
//   measure_tracking(*truth, tracks->boxes, {.looked_at = tracks->frames});
//
// Lines are keyed by time, ground truth by number: frame k is the one at (k − 1) / rate. Plain values.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/result.h"
#include "learn/mot_file.h"

namespace vigil::cli {

struct AnalysedTracks {
  std::vector<learn::MotBox> boxes;  // by frame, then id; hidden people too, where the analysis says they are
  std::vector<int> frames;           // that were looked at, rising; never empty
  double fps = 0;                    // of the video; [0.1, 1000]
};

// `fps`: frames a second of the video; nothing: as the events.json beside the file says. Errors: kNotFound; kUnreadable (no
// tracks.jsonl); kInvalidArgument: a rate out of range or not known, and one that the times do not fit, naming the time.
core::Result<AnalysedTracks> read_analysed_tracks(const std::filesystem::path& path, std::optional<double> fps = {});

// Errors: kInvalidArgument where the tracks end before frame `last`, as those of a killed analysis do.
core::Status check_reach(const AnalysedTracks& tracks, int last);

}  // namespace vigil::cli
