#include "pipeline/analysis_record.h"

#include <algorithm>
#include <cmath>
#include <format>

#include "report/report_page.h"
#include <nlohmann/json.hpp>

#include "behavior/score_smoother.h"
#include "pipeline/analysis_files.h"
#include "pipeline/event_boxes.h"

namespace vigil::pipeline {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;
constexpr std::size_t kMostBoxFrames = 1200;  // of an event in the page; two minutes at ten a second

// What the stream calls itself may hold any bytes; JSON holds UTF-8.
std::string dump(const Json& json, int indent) { return json.dump(indent, ' ', false, Json::error_handler_t::replace); }

std::size_t count_violence(const AnalysisRecord& record) {
  const auto count = std::ranges::count(record.events, core::kViolence,
                                        [](const EventRecord& event) -> std::string_view { return event.event.kind; });
  return static_cast<std::size_t>(count) + (record.in_progress ? 1 : 0);
}

std::string_view outcome(const AnalysisRecord& record) {
  if (count_violence(record) > 0) return "violence";
  return record.complete ? "no-violence" : "none-so-far";
}

// The double nearest to the decimal number, so that 7.32 s is written as 7.32.
double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }
double seconds(core::MediaTime time) { return seconds(time.us()); }
double seconds(core::MediaDuration duration) { return seconds(duration.us()); }

Json event_times(const core::Event& event) {
  return {{"kind", event.kind},
          {"begin_s", seconds(event.begin)},
          {"end_s", seconds(event.end)},
          {"peak_s", seconds(event.peak)},
          {"first_violent_s", seconds(event.first_violent)},
          {"score", event.score},
          {"mean_score", event.mean_score}};
}

double tenths(float value) { return std::round(static_cast<double>(value) * 10) / 10; }
double hundredths(float value) { return std::round(static_cast<double>(value) * 100) / 100; }

Json picture_json(const PictureEvidence& picture) { return {{"file", picture.file}, {"time_s", seconds(picture.time)}}; }

Json windows_json(const std::vector<core::ScoredWindow>& windows) {
  Json json = Json::array();
  for (const core::ScoredWindow& window : windows) {
    json.push_back({seconds(window.begin), seconds(window.end), window.score});
  }
  return json;
}

Json person_json(const core::EventPerson& person, const EventRecord& record) {
  Json json{{"id", person.id},
            {"score", person.score},
            {"first_s", person.first ? Json(seconds(*person.first)) : Json()},
            {"curve", windows_json(person.curve)},
            {"crops", Json::array()},
            {"face", nullptr},
            {"face_note", ""}};
  const auto pictures = std::ranges::find(record.people, person.id, &PersonPictures::id);
  if (pictures == record.people.end()) return json;
  for (const PictureEvidence& crop : pictures->crops) json["crops"].push_back(picture_json(crop));
  if (pictures->face) json["face"] = picture_json(*pictures->face);
  json["face_note"] = pictures->face_note;
  return json;
}

Json json_of(const EventRecord& record) {
  Json json{{"id", record.event.id}};
  json.update(event_times(record.event));
  json["rule"] = record.event.rule;
  json["zone"] = record.event.zone;
  json["people"] = Json::array();
  for (const core::EventPerson& person : record.event.people) json["people"].push_back(person_json(person, record));
  if (!record.page.empty()) json["page"] = record.page;
  json["boxes_file"] = record.boxes.empty() ? Json() : Json(record.boxes);
  json["clip"] = nullptr;
  if (record.clip) {
    json["clip"] = {{"file", record.clip->file},
                    {"begin_s", seconds(record.clip->begin)},
                    {"end_s", seconds(record.clip->end)},
                    {"reencoded", record.clip->reencoded}};
  }
  json["poster"] = record.poster ? picture_json(*record.poster) : Json();
  json["notes"] = record.notes;
  json["windows"] = windows_json(record.event.windows);
  return json;
}

Json source_json(const AnalysisRecord& record) {
  const media::SourceInfo& source = record.source;
  return {{"name", source.name},
          {"title", record.title},
          {"container", source.container},
          {"codec", source.codec},
          {"width_px", source.width_px},
          {"height_px", source.height_px},
          {"frame_rate", source.frame_rate},
          {"duration_s", seconds(video_length(record))},
          {"live", source.live},
          {"frames", record.stats.frames},
          {"corrupt_packets", record.stats.corrupt_packets},
          {"mended_times", record.stats.mended_times}};
}

Json analysis_json(const AnalysisRecord& record) {
  const AnalysisOptions& options = record.options;
  return {{"program", "vigil " VIGIL_VERSION},
          {"classifier", record.classifier.name},
          {"person_model", record.person_model.empty() ? Json() : Json(record.person_model)},
          {"rules", record.options.rules.rules.rules.size()},
          {"positive_class", record.classifier.positive_class},
          {"window_s", seconds(record.classifier.window)},
          {"frames_per_window", record.classifier.frames},
          {"stride_s", seconds(options.stride)},
          {"smoothing_s", seconds(options.smoothing)},
          {"threshold_on", options.detector.threshold_on},
          {"threshold_off", options.detector.threshold_off},
          {"min_duration_s", seconds(options.detector.min_duration)},
          {"merge_gap_s", seconds(options.detector.merge_gap)},
          {"pre_roll_s", seconds(options.pre_roll)},
          {"post_roll_s", seconds(options.post_roll)}};
}

Json people_json(const AnalysisRecord& record) {
  if (!record.people) return nullptr;
  const auto& [finder, stats] = *record.people;
  const auto name = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  return {{"detector", name(finder.detector)},
          {"pose", name(finder.pose)},
          {"embedder", name(finder.embedder)},
          {"rate_fps", record.options.people_fps},
          {"frames", stats.looked_at + stats.still},
          {"still_frames", stats.still},
          {"people", stats.people},
          {"most_at_once", stats.most_at_once},
          {"most_at_s", stats.most_at_once > 0 ? Json(seconds(stats.most_at)) : Json()},
          {"mean", stats.mean}};
}

Json files_json(const AnalysisRecord& record) {
  const auto when = [](bool there, const char* name) { return there ? Json(name) : Json(); };
  return {{"events", record.watched ? AnalysisFiles::kWatchedEvents : AnalysisFiles::kEvents},
          {"scores", when(!record.watched, AnalysisFiles::kScores)},
          {"tracks", when(record.people && !record.watched, AnalysisFiles::kTracks)},
          {"report", when(record.has_report, AnalysisFiles::kReport)},
          {"annotated", when(record.has_annotated, AnalysisFiles::kAnnotated)}};
}

Json document(const AnalysisRecord& record) {
  Json json{{"schema", "vigil.events"},
            {"version", kSchemaVersion},
            {"complete", record.complete},
            {"interrupted", record.interrupted},
            {"outcome", outcome(record)},
            {"headline", headline(record)},
            {"source", source_json(record)},
            {"analysis", analysis_json(record)},
            {"started_at", record.options.time_zero ? Json(std::format("{:%FT%T%Ez}", *record.options.time_zero)) : Json()},
            {"analysed_until_s", seconds(record.analysed_until)},
            {"windows", record.windows},
            {"people", people_json(record)},
            {"highest", nullptr},
            {"events", Json::array()},
            {"in_progress", record.in_progress ? event_times(*record.in_progress) : Json()},
            {"warnings", record.warnings},
            {"files", files_json(record)}};
  if (record.highest) {
    json["highest"] = {{"time_s", seconds(behavior::middle(*record.highest))}, {"score", record.highest->score}};
  }
  for (const EventRecord& event : record.events) json["events"].push_back(json_of(event));
  return json;
}

// What the page draws over the clip: [time, [[id, left, top, width, height, violence, violent, seen, key points], …]].
Json boxes_json(const EventRecord& record, const std::filesystem::path& folder) {
  Json json = Json::array();
  if (record.boxes.empty()) return json;
  const auto frames = read_people(folder / record.boxes, core::MediaTime::min(), core::MediaTime::max(), kMostBoxFrames);
  if (!frames) return json;
  for (const core::FramePeople& frame : *frames) {
    Json people = Json::array();
    for (const core::TrackedPerson& person : frame.people) {
      const core::Box& box = person.track.box;
      Json points = person.pose ? Json::array() : Json();
      if (person.pose) {
        for (const core::PosePoint& point : person.pose->points) {
          points.insert(points.end(), {tenths(point.x), tenths(point.y), hundredths(point.score)});
        }
      }
      people.push_back({person.track.id, tenths(box.left), tenths(box.top), tenths(box.width), tenths(box.height),
                        person.violence ? Json(*person.violence) : Json(), person.violent ? 1 : 0,
                        person.track.detection ? 1 : 0, std::move(points)});
    }
    json.push_back({seconds(frame.time), std::move(people)});
  }
  return json;
}

std::string length_text(core::MediaDuration length) {
  const std::string exact = core::format_clock(core::MediaTime() + length);
  return length < core::MediaDuration::from_seconds(10) ? std::format("{:.1f} s", length.seconds())
                                                        : exact.substr(0, exact.find('.'));
}

}  // namespace

std::string video_title(const std::string& input, const media::SourceInfo& source) {
  const bool is_url = source.live || input.contains("://");
  return is_url ? source.name : std::filesystem::path(input).filename().string();
}

core::MediaDuration video_length(const AnalysisRecord& record) {
  return record.complete ? record.analysed_until - core::MediaTime() : record.source.duration;
}

std::string headline(const AnalysisRecord& record) {
  const std::size_t count = count_violence(record);
  const std::string found = count == 0   ? std::string("No violence found")
                            : count == 1 ? std::string("1 event of violence")
                                         : std::format("{} events of violence", count);
  const std::string analysed = length_text(record.analysed_until - core::MediaTime());
  const std::size_t others = record.events.size() + (record.in_progress ? 1 : 0) - count;
  const std::string besides = others == 0   ? std::string()
                              : others == 1 ? std::string(", 1 event of your rules")
                                            : std::format(", {} events of your rules", others);
  return std::format("{}{} in {} of video", found, besides, record.complete ? analysed : "the first " + analysed);
}

std::string event_json(const EventRecord& record) { return dump(json_of(record), -1); }

std::string events_json(const AnalysisRecord& record) { return dump(document(record), 1) + "\n"; }

std::string event_page(const AnalysisRecord& record, const EventRecord& event, const std::filesystem::path& folder) {
  Json json = document(record);
  json["events"] = Json::array({json_of(event)});
  json["events"][0]["boxes"] = boxes_json(event, folder);
  return report::render_report(report::ReportKind::kEvent, std::format("{}, event {}", record.title, event.event.id),
                               dump(json, -1));
}

std::string report_page(const AnalysisRecord& record, const std::vector<behavior::EnvelopePoint>& timeline,
                        const std::vector<PeoplePoint>& people, const std::filesystem::path& folder) {
  Json json = document(record);
  json["timeline"] = Json::array();
  for (const behavior::EnvelopePoint& point : timeline) {
    json["timeline"].push_back({seconds(point.begin), seconds(point.end), point.low, point.highest.score});
  }
  json["people_timeline"] = Json::array();
  for (const PeoplePoint& point : people) {
    json["people_timeline"].push_back({seconds(point.begin), seconds(point.end), point.least, point.most});
  }
  for (std::size_t i = 0; i < record.events.size(); ++i) json["events"][i]["boxes"] = boxes_json(record.events[i], folder);
  json["strip"] = Json::array();
  for (const PictureEvidence& picture : record.strip) json["strip"].push_back(picture_json(picture));
  return report::render_report(report::ReportKind::kAnalysis, record.title, dump(json, -1));
}

}  // namespace vigil::pipeline
