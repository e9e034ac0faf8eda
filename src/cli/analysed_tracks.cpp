#include "cli/analysed_tracks.h"

#include <algorithm>
#include <cmath>
#include <format>

#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "pipeline/analysis_files.h"
#include "pipeline/people_log.h"

namespace vigil::cli {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr double kLeastFps = 0.1;
constexpr double kMostFps = 1000;
constexpr double kMostFrames = 1e7;
constexpr double kFit = 0.25;  // of a frame; how far a time may lie from that of its frame

// Of the video that was analysed; 0 where the analysis does not say.
double analysed_rate(const std::filesystem::path& events) {
  const auto text = core::read_file(events);
  const auto document = nlohmann::json::parse(text.value_or(""), nullptr, false);
  const auto at = nlohmann::json::json_pointer("/source/frame_rate");
  if (!document.is_object() || !document.contains(at) || !document[at].is_number()) return 0;
  return document[at].get<double>();
}

Result<double> frame_rate(const std::filesystem::path& tracks, std::optional<double> given) {
  const auto events = tracks.parent_path() / pipeline::AnalysisFiles::kEvents;
  const double fps = given ? *given : analysed_rate(events);
  if (fps >= kLeastFps && fps <= kMostFps) return fps;
  if (given) return fail(ErrorCode::kInvalidArgument, std::format("fps = {}: must lie in 0.1 to 1000", fps));
  return fail(ErrorCode::kInvalidArgument,
              std::format("{} does not say the video's frame rate, by which frames are numbered: give it with --fps",
                          events.string()));
}

// The frame's number, from 1; nothing where no frame is at that time.
std::optional<int> frame_at(core::MediaTime time, double fps) {
  const double place = time.seconds() * fps;
  const double nearest = std::round(place);
  if (!(std::abs(place - nearest) <= kFit && nearest >= 0 && nearest < kMostFrames)) return std::nullopt;
  return static_cast<int>(nearest) + 1;
}

}  // namespace

Result<AnalysedTracks> read_analysed_tracks(const std::filesystem::path& path, std::optional<double> fps) {
  auto reader = pipeline::PeopleReader::open(path);
  if (!reader) return std::unexpected(reader.error());
  const auto rate = frame_rate(path, fps);
  if (!rate) return std::unexpected(rate.error());
  AnalysedTracks tracks{.boxes = {}, .frames = {}, .fps = *rate};
  while (const auto looked_at = reader->next()) {
    const auto frame = frame_at(looked_at->time, *rate);
    if (!frame || (!tracks.frames.empty() && *frame <= tracks.frames.back())) {
      return fail(ErrorCode::kInvalidArgument,
                  std::format("{}: at {:g} frames a second, {} is not the time of the next frame: --fps must be the "
                              "video's own rate, and that constant",
                              path.string(), *rate, core::format_clock(looked_at->time)));
    }
    tracks.frames.push_back(*frame);
    for (const core::TrackedPerson& person : looked_at->people) {
      const core::Track& track = person.track;
      if (track.box.empty() || !track.box.finite()) continue;
      tracks.boxes.push_back({.frame = *frame, .id = track.id, .box = track.box, .confidence = track.score});
    }
  }
  if (tracks.frames.empty()) {
    return fail(ErrorCode::kUnreadable, std::format("{}: its first line is not one of a tracks.jsonl", path.string()));
  }
  return tracks;
}

core::Status check_reach(const AnalysedTracks& tracks, int last) {
  // Where not every frame was looked at, the last one measured may be among those passed over.
  int step = 1;
  for (std::size_t i = 1; i < tracks.frames.size(); ++i) step = std::max(step, tracks.frames[i] - tracks.frames[i - 1]);
  const int end = tracks.frames.back();
  if (last < end + step) return {};
  return fail(ErrorCode::kInvalidArgument,
              std::format("the tracks end at frame {}, and frame {} is to be measured: give what is there with --frames",
                          end, last));
}

}  // namespace vigil::cli
