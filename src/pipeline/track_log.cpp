#include "pipeline/track_log.h"

#include <array>
#include <cmath>
#include <format>
#include <iterator>
#include <string>

#include <nlohmann/json.hpp>

#include "core/check.h"

namespace vigil::pipeline {
namespace {

using core::TrackState;
using nlohmann::json;

constexpr std::array<std::pair<TrackState, std::string_view>, 3> kStates = {
    {{TrackState::kTentative, "tentative"}, {TrackState::kConfirmed, "confirmed"}, {TrackState::kLost, "lost"}}};

std::string_view name_of(TrackState state) {
  for (const auto& [known, name] : kStates) {
    if (known == state) return name;
  }
  return {};
}

void append_key_points(std::string& line, const core::Pose& pose) {
  std::string_view separator = R"(,"key_points":[)";
  for (const core::PosePoint& point : pose.points) {
    const bool finite = std::isfinite(point.x) && std::isfinite(point.y) && std::isfinite(point.score);
    const core::PosePoint written = finite ? point : core::PosePoint();
    std::format_to(std::back_inserter(line), "{}[{:.2f},{:.2f},{:.4f}]", separator, written.x, written.y, written.score);
    separator = ",";
  }
  line += ']';
}

std::optional<TrackState> state_named(std::string_view wanted) {
  for (const auto& [state, name] : kStates) {
    if (name == wanted) return state;
  }
  return std::nullopt;
}

core::Pose pose_of(const json& points) {
  core::Pose pose;
  for (std::size_t i = 0; i < pose.points.size(); ++i) {
    const json& point = points.at(i);
    pose.points[i] = {.x = point.at(0), .y = point.at(1), .score = point.at(2)};
  }
  return pose;
}

std::optional<LoggedTrack> logged_track(const json& line) {
  const auto state = state_named(line.at("state").get<std::string_view>());
  if (!state) return std::nullopt;
  LoggedTrack logged;
  core::Track& track = logged.track;
  track.state = *state;
  track.id = line.at("id");
  track.time = core::MediaTime::from_seconds(line.at("time_s"));
  track.score = line.at("score");
  const json& box = line.at("box");
  track.box = {.left = box.at(0), .top = box.at(1), .width = box.at(2), .height = box.at(3)};
  if (line.contains("key_points")) logged.pose = pose_of(line.at("key_points"));
  return logged;
}

}  // namespace

core::Result<TrackLog> TrackLog::create(const std::filesystem::path& path) {
  auto file = LineFile::create(path);
  if (!file) return std::unexpected(file.error());
  return TrackLog(std::move(*file));
}

core::Status TrackLog::append(const core::Track& track, const std::optional<core::Pose>& pose) {
  VIGIL_CHECK((!time_ || track.time >= *time_) && track.box.finite(),
              "lines of tracks.jsonl are in order of time, boxes finite");
  time_ = track.time;
  if (track.state == TrackState::kDeleted) return {};
  const core::Box& box = track.box;
  std::string line = std::format(
      R"({{"time_s":{:.6f},"id":{},"state":"{}","box":[{:.2f},{:.2f},{:.2f},{:.2f}],"score":{:.4f})", track.time.seconds(),
      track.id, name_of(track.state), box.left, box.top, box.width, box.height, track.score);
  if (pose) append_key_points(line, *pose);
  line += '}';
  return file_.append(line);
}

core::Status TrackLog::sync() { return file_.sync(); }

core::Result<TrackReader> TrackReader::open(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) return core::fail(core::ErrorCode::kNotFound, std::format("no tracks in {}", path.string()));
  return TrackReader(std::move(in));
}

std::optional<LoggedTrack> TrackReader::next() {
  std::string line;
  if (!std::getline(in_, line)) return std::nullopt;
  try {
    return logged_track(json::parse(line));
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace vigil::pipeline
