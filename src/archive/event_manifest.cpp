#include "archive/event_manifest.h"

#include <format>

#include <nlohmann/json.hpp>

namespace vigil::archive {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

template <typename Value>
Json optional(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

std::optional<std::int64_t> optional_id(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<std::int64_t>());
}

}  // namespace

std::string to_manifest(const StoredEvent& event) {
  Json people = Json::array();
  for (const StoredPerson& person : event.people) {
    people.push_back(
        {{"track_id", person.track_id}, {"score", person.score}, {"face", person.face}, {"dismissed", person.dismissed}});
  }
  const Json details = Json::parse(event.details, nullptr, /*allow_exceptions=*/false);
  return Json{{"schema", "vigil.stored-event"},
              {"version", kVersion},
              {"uid", event.uid},
              {"camera_id", optional(event.camera_id)},
              {"job_id", optional(event.job_id)},
              {"upload", event.upload},
              {"source", event.source},
              {"kind", event.kind},
              {"rule", event.rule},
              {"zone", event.zone},
              {"begin_us", to_us(event.begin)},
              {"end_us", to_us(event.end)},
              {"score", event.score},
              {"review", to_string(event.review)},
              {"pinned", event.pinned},
              {"note", event.note},
              {"caption", event.caption},
              {"size", event.size},
              {"poster", event.poster},
              {"people", people},
              {"details", details.is_discarded() ? Json::object() : details}}
      .dump(1, ' ', false, Json::error_handler_t::replace);
}

core::Result<StoredEvent> from_manifest(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("schema") != "vigil.stored-event" || json.at("version").get<int>() > kVersion) {
      return core::fail(core::ErrorCode::kUnreadable, "not a stored event that this program knows");
    }
    StoredEvent event{.uid = json.at("uid"),
                      .camera_id = optional_id(json.at("camera_id")),
                      .job_id = optional_id(json.at("job_id")),
                      .upload = json.value("upload", false) || !json.at("job_id").is_null(),
                      .source = json.at("source"),
                      .kind = json.at("kind"),
                      .rule = json.at("rule"),
                      .zone = json.at("zone"),
                      .begin = from_us(json.at("begin_us")),
                      .end = from_us(json.at("end_us")),
                      .score = json.at("score"),
                      .review = review_of(json.at("review").get<std::string>()),
                      .pinned = json.at("pinned"),
                      .note = json.at("note"),
                      .caption = json.at("caption"),
                      .size = json.at("size"),
                      .details = json.at("details").dump(),
                      .poster = json.value("poster", "")};
    for (const Json& person : json.at("people")) {
      event.people.push_back({.track_id = person.at("track_id"),
                              .score = person.at("score"),
                              .face = person.at("face"),
                              .dismissed = person.at("dismissed")});
    }
    return event;
  } catch (const Json::exception& error) {
    return core::fail(core::ErrorCode::kUnreadable, std::format("not a stored event: {}", error.what()));
  }
}

}  // namespace vigil::archive
