#include "server/json_of.h"

#include <algorithm>
#include <format>

#include "server/instants.h"

namespace vigil::server {
namespace {

Json nullable(const std::optional<std::int64_t>& value) { return value ? Json(*value) : Json(); }

Json url_or_null(std::int64_t event, const Json& evidence) {
  if (!evidence.is_object()) return nullptr;
  const std::string file = evidence.value("file", "");
  return file.empty() ? Json() : Json(event_file_url(event, file));
}

// A member of another type than ours is as good as none: details may be of another version.
Json member(const Json& json, const char* name, Json fallback) {
  const auto found = json.find(name);
  return found == json.end() || (!fallback.is_null() && found->type_name() != std::string(fallback.type_name())) ? fallback
                                                                                                                 : *found;
}

Json person_json(std::int64_t event, const archive::StoredPerson& person, const Json& details) {
  Json told = Json::object();
  for (const Json& one : member(details, "people", Json::array())) {
    if (one.is_object() && one.value("id", std::int64_t{-1}) == person.track_id) told = one;
  }
  Json crops = Json::array();
  for (const Json& crop : member(told, "crops", Json::array())) {
    if (Json url = url_or_null(event, crop); !url.is_null()) crops.push_back(std::move(url));
  }
  return {{"id", person.track_id},
          {"score", person.score},
          {"dismissed", person.dismissed},
          {"crops", std::move(crops)},
          {"face", person.face.empty() ? Json() : Json(event_file_url(event, person.face))},
          {"face_note", member(told, "face_note", "")},
          {"first_s", member(told, "first_s", nullptr)},
          {"curve", member(told, "curve", Json::array())}};
}

}  // namespace

Json json_of(const station::Warning& warning) {
  if (const auto* disk = std::get_if<archive::DiskWarning>(&warning)) {
    return {{"code", *disk == archive::DiskWarning::kFull ? "disk_full" : "disk_nearly_full"},
            {"message", to_string(*disk)}};
  }
  const auto of_camera = [](const char* code, const char* what, const auto& camera) {
    return Json{{"code", code},
                {"message", std::format("camera {} is not {}: {}", camera.id, what, camera.reason)},
                {"camera_id", camera.id},
                {"reason", camera.reason}};
  };
  if (const auto* camera = std::get_if<station::CameraNotWatched>(&warning)) {
    return of_camera("camera_not_watched", "watched", *camera);
  }
  return of_camera("camera_not_recorded", "recorded", std::get<station::CameraNotRecorded>(warning));
}

std::string event_file_url(std::int64_t event, const std::string& file) {
  return std::format("/api/v1/events/{}/files/{}", event, file);
}

Json json_of(const archive::User& user, const std::vector<std::int64_t>& cameras) {
  return {{"id", user.id},
          {"name", user.name},
          {"email", user.email},
          {"role", to_string(user.role)},
          {"state", to_string(user.state)},
          {"second_factor", user.second_factor},
          {"created", to_instant(user.created)},
          {"cameras", cameras}};
}

Json json_of(const archive::Session& session, std::int64_t current) {
  return {{"id", session.id},
          {"address", session.address},
          {"agent", session.agent},
          {"created", to_instant(session.created)},
          {"seen", to_instant(session.seen)},
          {"expires", to_instant(session.expires)},
          {"current", session.id == current}};
}

Json json_of(const archive::ApiToken& token) {
  Json json{{"id", token.id}, {"name", token.name}, {"created", to_instant(token.created)}};
  if (token.seen) json["seen"] = to_instant(*token.seen);
  if (token.expires) json["expires"] = to_instant(*token.expires);
  return json;
}

Json json_of(const archive::Job& job, const std::string& user) {
  return {{"id", job.id},
          {"name", job.name},
          {"size", job.size},
          {"received", job.received},
          {"state", to_string(job.state)},
          {"progress", job.progress},
          {"message", job.message},
          {"created", to_instant(job.created)},
          {"finished", job.finished ? Json(to_instant(*job.finished)) : Json()},
          {"user", user},
          {"events", job.events_count}};
}

Json summary_of(const archive::StoredEvent& event) {
  return {{"id", event.id},
          {"uid", event.uid},
          {"camera_id", nullable(event.camera_id)},
          {"job_id", nullable(event.job_id)},
          {"source", event.source},
          {"kind", event.kind},
          {"rule", event.rule},
          {"zone", event.zone},
          {"begin", to_instant(event.begin)},
          {"end", to_instant(event.end)},
          {"score", event.score},
          {"review", to_string(event.review)},
          {"pinned", event.pinned},
          {"note", event.note},
          {"caption", event.caption},
          {"size", event.size},
          {"poster", event.poster.empty() ? Json() : Json(event_file_url(event.id, event.poster))},
          {"people_count", event.people_count}};
}

Json json_of(const archive::StoredEvent& event) {
  const Json details = Json::parse(event.details, nullptr, /*allow_exceptions=*/false);
  const Json told = details.is_object() ? details : Json::object();
  Json json = summary_of(event);
  const Json clip = member(told, "clip", nullptr);
  json["clip"] = url_or_null(event.id, clip);
  json["clip_begin_s"] = clip.is_object() ? member(clip, "begin_s", 0.0) : Json(0.0);
  json["clip_end_s"] = clip.is_object() ? member(clip, "end_s", 0.0) : Json(0.0);
  const Json boxes = member(told, "boxes_file", nullptr);
  json["boxes"] = boxes.is_string() && boxes != "" ? Json(event_file_url(event.id, boxes.get<std::string>())) : Json();
  for (const char* name : {"begin_s", "end_s", "first_violent_s", "peak_s"}) json[name] = member(told, name, 0.0);
  json["windows"] = member(told, "windows", Json::array());
  json["notes"] = member(told, "notes", Json::array());
  json["threshold"] = member(told, "threshold", 0.0);
  json["people"] = Json::array();
  for (const archive::StoredPerson& person : event.people) json["people"].push_back(person_json(event.id, person, told));
  return json;
}

}  // namespace vigil::server
