#include "pipeline/watch_event.h"

#include <cmath>
#include <format>
#include <string_view>

#include <nlohmann/json.hpp>

namespace vigil::pipeline {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// "2026-11-26T07:42:25.120Z"
std::string iso(WallTime time) { return std::format("{:%FT%T}Z", std::chrono::floor<std::chrono::milliseconds>(time)); }

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

std::string_view name_of(media::StreamState state) {
  switch (state) {
    case media::StreamState::kConnected: return "connected";
    case media::StreamState::kLost: return "lost";
    case media::StreamState::kFrozen: return "frozen";
    case media::StreamState::kReconnecting: return "reconnecting";
  }
  return "";
}

}  // namespace

std::string event_line(const WatchedEvent& event) {
  Json json{{"state", event.state == core::EventState::kEnded ? "ended" : "confirmed"},
            {"time", iso(event.time)},
            {"latency_s", rounded(event.latency.seconds(), 1e3)},
            {"event", Json::parse(event_json(event.record))}};
  return dump(json);
}

std::string stream_line(const media::StreamChange& change, WallTime now) {
  Json json{{"state", "stream"}, {"what", name_of(change.state)}, {"time", iso(now)}};
  json["at_s"] = static_cast<double>(change.time.us()) / 1e6;
  if (!change.reason.empty()) json["why"] = change.reason;
  if (change.state == media::StreamState::kReconnecting) json["wait_s"] = rounded(change.wait.seconds(), 1e3);
  return dump(json);
}

std::string status_line(const WatchStatus& status) {
  Json json{{"state", "status"},
            {"time", iso(status.time)},
            {"fps", rounded(status.fps, 10)},
            {"frames", status.frames},
            {"dropped", status.dropped},
            {"delay_p95_s", status.delay_p95 ? Json(rounded(*status.delay_p95, 1e3)) : Json()},
            {"recorded_mb", rounded(status.recorded_mb, 10)}};
  return dump(json);
}

}  // namespace vigil::pipeline
