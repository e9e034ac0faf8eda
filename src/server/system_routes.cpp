// How the server itself does: for people, for probes, for Prometheus.
#include <unistd.h>

#include <format>
#include <fstream>
#include <string>

#include "server/context.h"
#include "server/instants.h"
#include "server/json_of.h"
#include "server/openapi.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

std::vector<archive::Camera> visible_cameras(Context& context, const Caller& caller) {
  auto cameras = take(context.archive.cameras().all());
  std::erase_if(cameras, [&](const archive::Camera& camera) { return !caller.may_see(camera.id); });
  return cameras;
}

std::int64_t waiting_jobs(Context& context) {
  std::int64_t waiting = 0;
  for (const auto& job : take(context.archive.jobs().all())) waiting += job.state == archive::JobState::kQueued ? 1 : 0;
  return waiting;
}

Response system(Context& context, const Call& call) {
  const auto space = take(context.archive.files().space());
  const auto cameras = visible_cameras(context, call.caller());
  Json warnings = Json::array();
  for (const station::Warning& warning : context.station.warnings()) {
    Json json = json_of(warning);
    const bool seen = !json.contains("camera_id") || call.caller().may_see(json["camera_id"]);
    if (call.caller().is_operator() && seen) warnings.push_back(std::move(json));
  }
  return json_response({{"version", VIGIL_VERSION},
                        {"started", to_instant(context.started)},
                        {"cameras", cameras.size()},
                        {"jobs_waiting", waiting_jobs(context)},
                        {"disk_free", space.free},
                        {"disk_all", space.all},
                        {"warnings", std::move(warnings)}});
}

// Whether the repository answers: what a supervisor restarts the server by.
Response health(Context& context) {
  take(context.archive.accounts().any_admin());
  return {.type = "text/plain; charset=utf-8", .body = "ok\n"};
}

class Exposition {
 public:
  void head(const std::string& name, const char* type, const char* help) {
    text_ += std::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  void value(const std::string& name, double value, const std::string& labels = {}) {
    text_ += labels.empty() ? std::format("{} {}\n", name, value) : std::format("{}{{{}}} {}\n", name, labels, value);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string label(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return escaped;
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

Response metrics(Context& context, const Caller& caller) {
  Exposition out;
  out.head("vigil_resident_bytes", "gauge", "Memory of the server.");
  out.value("vigil_resident_bytes", resident_bytes());
  out.head("vigil_started_seconds", "gauge", "When the server began, since 1970.");
  out.value("vigil_started_seconds", static_cast<double>(archive::to_us(context.started)) / 1e6);
  const auto space = take(context.archive.files().space());
  out.head("vigil_disk_free_bytes", "gauge", "Room on the repository's disk.");
  out.value("vigil_disk_free_bytes", static_cast<double>(space.free));
  out.head("vigil_jobs_waiting", "gauge", "Uploaded videos that wait for their analysis.");
  out.value("vigil_jobs_waiting", static_cast<double>(waiting_jobs(context)));
  const auto cameras = visible_cameras(context, caller);
  struct Figure {
    const char *name, *type, *help;
    std::function<double(const station::CameraStatus&)> value;
  };
  const std::vector<Figure> figures{
      {"vigil_camera_live", "gauge", "1 when pictures come.",
       [](const auto& status) { return status.state == station::CameraState::kLive ? 1.0 : 0.0; }},
      {"vigil_camera_fps", "gauge", "Pictures read a second.", [](const auto& status) { return status.fps; }},
      {"vigil_camera_frames_total", "counter", "Pictures read.", [](const auto& status) { return double(status.frames); }},
      {"vigil_camera_dropped_total", "counter", "Windows and pictures that the line could not keep up with.",
       [](const auto& status) { return double(status.dropped); }},
      {"vigil_camera_reconnects_total", "counter", "Times that it was connected to anew.",
       [](const auto& status) { return double(status.reconnects); }},
      {"vigil_camera_delay_seconds", "gauge", "From a window's last picture to its score, 95th percentile.",
       [](const auto& status) { return status.delay_s.value_or(0); }}};
  for (const Figure& figure : figures) {
    out.head(figure.name, figure.type, figure.help);
    for (const auto& camera : cameras) {
      out.value(figure.name, figure.value(context.station.status(camera.id)),
                std::format("camera=\"{}\",id=\"{}\"", label(camera.name), camera.id));
    }
  }
  return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = out.text()};
}

}  // namespace

void add_system_routes(Routes& routes, Context& context) {
  routes.add({.method = Method::kGet,
              .path = "/system",
              .access = Access::kViewer,
              .camera = CameraBy::kList,
              .handler = [&context](Call& call) { return system(context, call); }});
  routes.add({.method = Method::kGet,
              .path = "/healthz",
              .access = Access::kPublic,
              .handler = [&context](Call&) { return health(context); },
              .outside_api = true});
  routes.add({.method = Method::kGet,
              .path = "/metrics",
              .access = Access::kOperator,
              .camera = CameraBy::kList,
              .handler = [&context](Call& call) { return metrics(context, call.caller()); },
              .outside_api = true});
  routes.add({.method = Method::kGet, .path = "/openapi.json", .access = Access::kPublic, .handler = [](Call&) {
                return Response{.body = std::string(openapi())};
              }});
}

}  // namespace vigil::server
