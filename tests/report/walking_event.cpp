#include "walking_event.h"

#include "support/make_media.h"

namespace vigil::report {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double kSeconds = 3.2;

json key_points(double left) {
  json points = json::array();
  for (int i = 0; i < 17; ++i) points.insert(points.end(), {left + 10 + i, 140 + 5 * i, 0.9});
  return points;
}

json boxes() {
  json entries = json::array();
  for (int i = 0; i <= 32; ++i) {
    const double time = i / 10.0;
    const double left = 20 + 150 * time;
    json people = {{1, left, 120, 48, 120, 0.9, time >= 0.5 ? 1 : 0, 1, key_points(left)}};
    people.push_back({2, 560, 200, 50, 100, 0.1, 0, time <= 2 ? 1 : 0, nullptr});
    entries.push_back({kClipBegin + time, people});
  }
  return entries;
}

json windows(double score) {
  json all = json::array();
  for (int i = 0; i < 5; ++i) all.push_back({100.2 + 0.2 * i, 102.2 + 0.2 * i, score - 0.05 * i});
  return all;
}

void write_media(const fs::path& folder) {
  const auto put = [&](const fs::path& made, const char* name) {
    fs::create_directories((folder / name).parent_path());
    fs::copy_file(made, folder / name, fs::copy_options::overwrite_existing);
  };
  put(test::make_media("walking-event.mp4",
                       "-f lavfi -i color=c=0x404040:s=640x360:r=25:d=3.2 -f lavfi -i color=c=white:s=48x120:r=25:d=3.2 "
                       "-filter_complex [0][1]overlay=x=20+150*t:y=120 -pix_fmt yuv420p -c:v libx264 -g 25"),
      "clips/event-001.mp4");
  const fs::path picture = test::make_media("picture.jpg", "-f lavfi -i testsrc=s=640x360:d=1 -frames:v 1");
  const fs::path crop = test::make_media("crop.jpg", "-f lavfi -i testsrc=s=60x120:d=1 -frames:v 1");
  put(picture, "posters/event-001.jpg");
  for (const char* name : {"people/1-1.jpg", "people/1-2.jpg", "people/1-face.jpg", "people/2-1.jpg"}) put(crop, name);
}

json event() {
  json people = json::array();
  people.push_back(
      {{"id", 1},
       {"score", 0.9},
       {"first_s", 100.5},
       {"curve", windows(0.9)},
       {"crops", {{{"file", "people/1-1.jpg"}, {"time_s", 100.6}}, {{"file", "people/1-2.jpg"}, {"time_s", 101.2}}}},
       {"face", {{"file", "people/1-face.jpg"}, {"time_s", 100.6}}},
       {"face_note", ""}});
  people.push_back({{"id", 2},
                    {"score", 0.1},
                    {"first_s", nullptr},
                    {"curve", windows(0.3)},
                    {"crops", {{{"file", "people/2-1.jpg"}, {"time_s", 100.8}}}},
                    {"face", nullptr},
                    {"face_note", "turned away"}});
  return {
      {"id", 1},
      {"kind", "violence"},
      {"rule", ""},
      {"zone", ""},
      {"begin_s", 100.2},
      {"end_s", 103},
      {"peak_s", 101.4},
      {"first_violent_s", 100.52},
      {"score", 0.95},
      {"mean_score", 0.8},
      {"clip",
       {{"file", "clips/event-001.mp4"}, {"begin_s", kClipBegin}, {"end_s", kClipBegin + kSeconds}, {"reencoded", false}}},
      {"poster", {{"file", "posters/event-001.jpg"}, {"time_s", 100.52}}},
      {"notes", json::array()},
      {"windows", windows(0.95)},
      {"boxes_file", "clips/event-001.boxes.jsonl"},
      {"boxes", boxes()},
      {"people", people}};
}

}  // namespace

json walking_event(const fs::path& folder) {
  write_media(folder);
  return {{"schema", "vigil.events"},
          {"version", 1},
          {"complete", true},
          {"interrupted", false},
          {"outcome", "violence"},
          {"headline", "1 event of violence in 3:20 of video"},
          {"started_at", nullptr},
          {"source",
           {{"name", "walking.mp4"},
            {"title", "walking.mp4"},
            {"container", "mp4"},
            {"codec", "h264"},
            {"width_px", 640},
            {"height_px", 360},
            {"frame_rate", 25},
            {"duration_s", 200},
            {"live", false},
            {"frames", 5000},
            {"corrupt_packets", 0},
            {"mended_times", 0}}},
          {"analysis",
           {{"program", "vigil"},
            {"classifier", "white oblongs"},
            {"positive_class", "violence"},
            {"window_s", 2},
            {"frames_per_window", 16},
            {"stride_s", 0.2},
            {"smoothing_s", 0},
            {"threshold_on", 0.6},
            {"threshold_off", 0.45},
            {"min_duration_s", 0},
            {"merge_gap_s", 1},
            {"pre_roll_s", 0.2},
            {"post_roll_s", 0.2}}},
          {"analysed_until_s", 200},
          {"windows", 1000},
          {"people", nullptr},
          {"highest", {{"time_s", 101.4}, {"score", 0.95}}},
          {"events", {event()}},
          {"in_progress", nullptr},
          {"warnings", json::array()},
          {"files",
           {{"events", "events.json"},
            {"scores", "scores.csv"},
            {"tracks", nullptr},
            {"report", "report.html"},
            {"annotated", nullptr}}}};
}

json rule_event(const fs::path& folder, const std::string& kind) {
  json document = walking_event(folder);
  json& event = document["events"][0];
  event["kind"] = kind;
  event["rule"] = "nobody here at night";
  event["zone"] = "yard";
  event["people"].erase(1);
  for (json& entry : event["boxes"]) {
    for (json& person : entry[1]) {
      person[5] = nullptr;
      person[6] = 0;
    }
  }
  return document;
}

void add_report_members(json& document) {
  document["timeline"] = json::array();
  for (int i = 0; i < 50; ++i) document["timeline"].push_back({4.0 * i, 4.0 * i + 2, 0.1, 0.1});
  document["people_timeline"] = json::array();
  document["strip"] = {{{"file", "posters/event-001.jpg"}, {"time_s", 60}}};
}

}  // namespace vigil::report
