#include "server/permission_world.h"

#include <chrono>
#include <filesystem>
#include <format>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "station/retention_settings.h"

#include "server/tus.h"

namespace vigil::test {
namespace {

namespace fs = std::filesystem;
using archive::Archive;
using archive::Role;
using archive::StoredEvent;
using namespace std::chrono_literals;

constexpr const char* kClip = "clip.mp4";
constexpr const char* kRun = "curves";
const std::map<std::string, std::string> kNames{{"viewer", "vera"}, {"operator", "otto"}, {"admin", "ada"}};

template <typename T>
T must(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}
void must(const core::Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}
void must(const HttpAnswer& answer, int status) {
  if (answer.status != status) throw std::runtime_error(answer.body);
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

std::string instant(archive::WallTime time) {
  return std::format("{:%FT%T}Z", std::chrono::floor<std::chrono::seconds>(time));
}

std::int64_t upload_of(HttpClient client) {
  const HttpAnswer begun = begin_upload(client, 1000);
  must(begun, 201);
  const std::string location = begun.headers.at("location");
  return std::stoll(location.substr(location.rfind('/') + 1));
}

// Values for parameters without which an operation answers nothing.
std::string needed_query(const Operation& operation) {
  const std::map<std::string, std::string> values{{"from", instant(archive::now() - 24h)},
                                                  {"until", instant(archive::now() + 1h)}};
  std::string query;
  for (const std::string& name : query_fields(operation, QueryFields::kRequired)) {
    if (!values.contains(name)) throw std::runtime_error(std::format("{}: no value for {}", operation.shown(), name));
    query += std::format("{}{}={}", query.empty() ? '?' : '&', name, values.at(name));
  }
  return query;
}

std::string filled(const Operation& operation, std::int64_t id, std::int64_t segment) {
  const std::map<std::string, std::string> parts{{"id", std::to_string(id)},
                                                 {"segment", std::to_string(segment)},
                                                 {"person", "1"},
                                                 {"name", kClip},
                                                 {"channel", "1"},
                                                 {"run", kRun}};
  std::string path = "/api/v1" + operation.path;
  for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{')) {
    const std::string name = path.substr(at + 1, path.find('}', at) - at - 1);
    if (!parts.contains(name)) throw std::runtime_error(std::format("{}: no example of {}", operation.shown(), name));
    path.replace(at, name.size() + 2, parts.at(name));
  }
  return path + needed_query(operation);
}

}  // namespace

World::World() {
  const fs::path data = folder_ / "data", runs = folder_ / "runs";
  write(runs / kRun / "history.json", R"({"epochs": [{"epoch": 1, "train_loss": 0.5}], "best_epoch": 1})");
  write(runs / kRun / "report.html", "<p>curves</p>");
  fill(*must(Archive::open({.folder = data})));
  server_.emplace(ServedOptions{.data = data, .more = {"--runs", runs.string()}});
  HttpClient admin = as("admin");
  admins_upload_ = upload_of(admin);
  operators_upload_ = upload_of(as("operator"));
  const nlohmann::json browsers = {{"name", "Browsers"}, {"type", "web_push"}};
  must(admin.put("/api/v1/alerts", {{"channels", nlohmann::json::array({browsers})}, {"rules", nlohmann::json::array()}}),
       200);
  must(admin.remove(std::format("/api/v1/cameras/{}", gone_.camera)), 204);
  orphaned_event_ = gone_.event;
}

void World::fill(Archive& archive) {
  seen_ = add_camera(archive, "seen");
  unseen_ = add_camera(archive, std::format("{} yard", kHidden));
  gone_ = add_camera(archive, std::format("{} shed", kHidden));
  must(archive.recordings().remove(must(archive.recordings().get(gone_.segment))));  // no camera goes with its recordings

  const archive::RetentionRule years{.footage = archive::Footage::kRecordings, .days = 3 * 365};
  archive::RetentionRule seen = years, unseen = years;
  seen.camera_id = seen_.camera;
  unseen.camera_id = unseen_.camera;
  must(station::save_retention(archive.settings(), {years, seen, unseen}));

  spare_user_ = add_user(archive, "sue", Role::kViewer);
  add_user(archive, "ada", Role::kAdmin);
  for (const auto& [name, role] : {std::pair("vera", Role::kViewer), std::pair("otto", Role::kOperator)}) {
    must(archive.accounts().set_cameras(add_user(archive, name, role), {seen_.camera}));
  }

  const std::int64_t job = must(archive.jobs().add({.name = "film.mp4", .file = "uploads/film", .size = 1, .received = 1}));
  for (const auto state : {archive::JobState::kQueued, archive::JobState::kRunning, archive::JobState::kDone}) {
    must(archive.jobs().set_state(job, state));
  }
  upload_event_ = add_event(
      archive, {.uid = "upload", .job_id = job, .source = "film.mp4", .kind = "violence", .begin = when_, .end = when_});
}

std::int64_t World::add_user(Archive& archive, const std::string& name, Role role) {
  const std::int64_t id =
      must(archive.accounts().create({.name = name, .email = name + "@example.org", .role = role}, Served::kPassword));
  own_[std::string(archive::to_string(role))] = {
      .session = must(archive.sessions().open(id, {.agent = "another browser"})).session.id,
      .token = must(archive.sessions().add_api_token(id, "program", std::nullopt)).id};
  return id;
}

World::OfCamera World::add_camera(Archive& archive, const std::string& name) {
  OfCamera made;
  const std::string address = std::format("rtsp://127.0.0.1:9/{}", name.substr(0, name.find(' ')));
  made.camera = must(archive.cameras().add({.name = name, .enabled = false}, address));
  made.event = add_event(archive, {.uid = std::format("camera{}", made.camera),
                                   .camera_id = made.camera,
                                   .source = name,
                                   .kind = "violence",
                                   .begin = when_,
                                   .end = when_,
                                   .note = name,
                                   .caption = name});
  archive::Segment segment{.camera_id = made.camera, .begin = when_, .end = when_ + 4s, .size = name.size()};
  segment.file = archive::Recordings::key(made.camera, segment.begin, segment.end);
  must(archive.files().put_bytes(segment.file, name));
  made.segment = must(archive.recordings().add(segment));
  return made;
}

std::int64_t World::add_event(Archive& archive, StoredEvent event) {
  event.poster = "poster.jpg";
  event.people = {{.track_id = 1, .score = 0.9, .face = "face.jpg"}};
  std::vector<archive::EventFile> files;
  for (const char* name : {kClip, "poster.jpg", "face.jpg", "report.html"}) {
    files.push_back({.name = name, .source = folder_ / name});
    write(files.back().source, std::format("{} of {}", name, event.source));
  }
  return must(archive.event_store().add(std::move(event), files));
}

HttpClient World::as(const std::string& role) {
  return role == "nobody" ? server_->nobody() : server_->log_in(kNames.at(role));
}

std::int64_t World::own_id(const std::string& path, const std::string& role) const {
  const Own& own = own_.at(role == "nobody" ? "viewer" : role);
  if (path.starts_with("/me/sessions/")) return own.session;
  if (path.starts_with("/me/tokens/")) return own.token;
  if (path.starts_with("/users/")) return spare_user_;
  if (!path.contains("{id}")) return 0;
  throw std::runtime_error(std::format("{}: no example of what it is about", path));
}

std::vector<Example> World::examples(const Operation& operation, const std::string& role) const {
  std::vector<Example> all;
  const auto add = [&](const OfCamera& of, std::int64_t id, bool permitted) {
    all.push_back({.path = filled(operation, id, of.segment), .permitted = permitted || role == "admin"});
  };
  if (operation.camera == "camera") {
    add(seen_, seen_.camera, true);
    add(unseen_, unseen_.camera, false);
  } else if (operation.camera == "event") {
    add(seen_, seen_.event, true);
    add(unseen_, unseen_.event, false);
    add({}, orphaned_event_, false);
    add({}, upload_event_, role == "operator");
  } else if (operation.camera == "job") {
    add({}, operators_upload_, role == "operator");
    add({}, admins_upload_, false);
  } else {
    add({}, own_id(operation.path, role), true);
  }
  return all;
}

std::string World::path(const Operation& operation, const std::string& role) const {
  return examples(operation, role).front().path;
}

}  // namespace vigil::test
