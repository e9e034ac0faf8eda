#include "pipeline/people_log.h"

#include <cmath>
#include <format>
#include <utility>

#include <nlohmann/json.hpp>

namespace vigil::pipeline {
namespace {

using Json = nlohmann::ordered_json;

// Tenths of pixels and thousandths of scores say all that a network knows.
double tenths(float value) { return std::round(static_cast<double>(value) * 10) / 10; }
double thousandths(float value) { return std::round(static_cast<double>(value) * 1000) / 1000; }

Json to_json(const core::TrackedPerson& person) {
  const core::Track& track = person.track;
  Json json{{"id", track.id},
            {"box", {tenths(track.box.left), tenths(track.box.top), tenths(track.box.width), tenths(track.box.height)}},
            {"score", thousandths(track.score)},
            {"seen", track.detection.has_value()}};
  if (person.violence) {
    json["violence"] = thousandths(static_cast<float>(*person.violence));
    json["violent"] = person.violent;
  }
  if (person.pose) {
    Json points = Json::array();
    for (const core::PosePoint& point : person.pose->points) {
      const bool finite = std::isfinite(point.x) && std::isfinite(point.y) && std::isfinite(point.score);
      const core::PosePoint seen = finite ? point : core::PosePoint{};
      points.push_back({tenths(seen.x), tenths(seen.y), thousandths(seen.score)});
    }
    json["key_points"] = std::move(points);
  }
  return json;
}

core::TrackedPerson person_of(const Json& json, core::MediaTime time) {
  core::TrackedPerson person;
  core::Track& track = person.track;
  track.id = json.at("id").get<std::int64_t>();
  const Json& box = json.at("box");
  track.box = {.left = box.at(0), .top = box.at(1), .width = box.at(2), .height = box.at(3)};
  track.score = json.at("score").get<float>();
  track.time = time;
  track.state = core::TrackState::kLost;
  if (json.at("seen").get<bool>()) {
    track.state = core::TrackState::kConfirmed;
    track.detection = 0;
  }
  if (json.contains("violence")) {
    person.violence = json["violence"].get<double>();
    person.violent = json.at("violent").get<bool>();
  }
  if (json.contains("key_points")) {
    core::Pose& pose = person.pose.emplace();
    for (std::size_t i = 0; i < pose.points.size(); ++i) {
      const Json& point = json["key_points"].at(i);
      pose.points[i] = {.x = point.at(0), .y = point.at(1), .score = point.at(2)};
    }
  }
  return person;
}

}  // namespace

core::Result<PeopleLog> PeopleLog::create(const std::filesystem::path& path) {
  auto lines = LineLog::create(path);
  if (!lines) return std::unexpected(lines.error());
  return PeopleLog(std::move(*lines));
}

core::Status PeopleLog::append(const core::FramePeople& frame) {
  Json json{{"time_s", static_cast<double>(frame.time.us()) / 1e6}, {"people", Json::array()}};
  for (const core::TrackedPerson& person : frame.people) json["people"].push_back(to_json(person));
  return lines_.append(json.dump() + "\n");
}

core::Status PeopleLog::sync() { return lines_.sync(); }

core::Result<PeopleReader> PeopleReader::open(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) return core::fail(core::ErrorCode::kNotFound, std::format("no tracks in {}", path.string()));
  return PeopleReader(std::move(in));
}

std::optional<core::FramePeople> PeopleReader::next() {
  std::string line;
  if (!std::getline(in_, line)) return std::nullopt;
  return parse_people_line(line);
}

std::optional<core::FramePeople> parse_people_line(std::string_view line) {
  try {
    const Json json = Json::parse(line);
    core::FramePeople frame{.time = core::MediaTime::from_seconds(json.at("time_s").get<double>()), .people = {}};
    for (const Json& person : json.at("people")) frame.people.push_back(person_of(person, frame.time));
    return frame;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace vigil::pipeline
