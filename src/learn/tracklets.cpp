#include "learn/tracklets.h"

#include <format>

#include <nlohmann/json.hpp>

#include "core/atomic_file.h"

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;
using core::MediaTime;
using nlohmann::json;

constexpr const char* kFileName = "tracklets.json";
constexpr std::size_t kFirstHeldOut = 2;

Tracklet from_json(const json& object, const fs::path& folder) {
  Tracklet tracklet{.scene = object.at("scene").get<std::string>(),
                    .video = object.at("video").get<std::string>(),
                    .track = object.at("track").get<std::int64_t>(),
                    .begin = MediaTime::from_us(object.at("begin_us").get<std::int64_t>()),
                    .end = MediaTime::from_us(object.at("end_us").get<std::int64_t>()),
                    .pictures = {}};
  for (const json& picture : object.at("pictures")) {
    tracklet.pictures.push_back({.file = folder / picture.at("file").get<std::string>(),
                                 .time = MediaTime::from_us(picture.at("time_us").get<std::int64_t>())});
  }
  return tracklet;
}

json to_json(const Tracklet& tracklet, const fs::path& folder) {
  json pictures = json::array();
  for (const TrackletPicture& picture : tracklet.pictures) {
    pictures.push_back({{"file", picture.file.lexically_relative(folder).generic_string()}, {"time_us", picture.time.us()}});
  }
  return {{"scene", tracklet.scene},         {"video", tracklet.video},     {"track", tracklet.track},
          {"begin_us", tracklet.begin.us()}, {"end_us", tracklet.end.us()}, {"pictures", std::move(pictures)}};
}

}  // namespace

bool surely_different(const Tracklet& a, const Tracklet& b) {
  if (a.scene != b.scene) return true;
  return a.video == b.video && a.track != b.track && a.begin <= b.end && b.begin <= a.end;
}

core::Result<TrackletSet> read_tracklets(const fs::path& folder) {
  const fs::path path = folder / kFileName;
  const auto text = core::read_file(path);
  if (!text) return std::unexpected(text.error());
  TrackletSet set;
  try {
    const json document = json::parse(*text);
    set.settings = document.at("settings").get<std::string>();
    set.videos = document.at("videos").get<std::set<std::string>>();
    for (const json& object : document.at("tracklets")) set.tracklets.push_back(from_json(object, folder));
  } catch (const json::exception& wrong) {
    return core::fail(core::ErrorCode::kUnreadable,
                      std::format("{}: no tracklets, as `vigil tracklets` writes them: {}", path.string(), wrong.what()));
  }
  return set;
}

core::Status write_tracklets(const fs::path& folder, const TrackletSet& set) {
  json tracklets = json::array();
  for (const Tracklet& tracklet : set.tracklets) tracklets.push_back(to_json(tracklet, folder));
  const json document = {{"settings", set.settings}, {"videos", set.videos}, {"tracklets", std::move(tracklets)}};
  return core::write_file_atomically(folder / kFileName, document.dump(1));
}

std::set<std::string> held_out_scenes(const std::vector<Tracklet>& tracklets, int every) {
  std::set<std::string> scenes, held_out;
  for (const Tracklet& tracklet : tracklets) scenes.insert(tracklet.scene);
  std::size_t place = 0;
  for (const std::string& scene : scenes) {
    if (every > 0 && place++ % static_cast<std::size_t>(every) == kFirstHeldOut % static_cast<std::size_t>(every)) {
      held_out.insert(scene);
    }
  }
  return held_out;
}

}  // namespace vigil::learn
