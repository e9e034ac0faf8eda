#include "station/live_lines.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace vigil::station {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// A tenth of a pixel, a thousandth of a score: what anybody can see, in a third of the bytes.
double rounded(double value, double steps) { return std::round(value * steps) / steps; }

Json person_json(const core::TrackedPerson& person) {
  const core::Box& box = person.track.box;
  Json json{{"id", person.track.id},
            {"box", {rounded(box.left, 10), rounded(box.top, 10), rounded(box.width, 10), rounded(box.height, 10)}},
            {"violence", person.violence ? Json(rounded(*person.violence, 1000)) : Json()},
            {"violent", person.violent},
            {"seen", person.track.detection.has_value()},
            {"pose", nullptr}};
  if (!person.pose) return json;
  json["pose"] = Json::array();
  for (const core::PosePoint& point : person.pose->points) {
    for (const double value : {rounded(point.x, 10), rounded(point.y, 10), rounded(point.score, 100)})
      json["pose"].push_back(value);
  }
  return json;
}

}  // namespace

std::string scene_line(int width_px, int height_px) {
  return text_of({{"type", "scene"}, {"width_px", width_px}, {"height_px", height_px}});
}

std::string people_line(const core::FramePeople& frame, archive::WallTime shown) {
  Json people = Json::array();
  for (const core::TrackedPerson& person : frame.people) people.push_back(person_json(person));
  return text_of(
      {{"type", "people"}, {"time_us", frame.time.us()}, {"wall_us", archive::to_us(shown)}, {"people", std::move(people)}});
}

std::string score_line(const core::ScoredWindow& window, bool violent) {
  return text_of(
      {{"type", "scores"}, {"time_us", window.end.us()}, {"score", rounded(window.score, 1000)}, {"violent", violent}});
}

std::string event_line(const core::Event& event, bool begun, std::optional<std::int64_t> id) {
  return text_of({{"type", "event"},
                  {"state", begun ? "begun" : "ended"},
                  {"id", id ? Json(*id) : Json()},
                  {"kind", event.kind},
                  {"rule", event.rule},
                  {"zone", event.zone},
                  {"time_us", event.first_violent.us()},
                  {"score", rounded(event.score, 1000)}});
}

std::string refused_line(std::string_view reason) { return text_of({{"type", "refused"}, {"reason", reason}}); }
std::string gone_line(std::string_view reason) { return text_of({{"type", "gone"}, {"reason", reason}}); }

}  // namespace vigil::station
