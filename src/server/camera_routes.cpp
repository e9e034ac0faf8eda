// Cameras: which there are, how they do, what is to be seen in their pictures; and what they show now.
#include <algorithm>
#include <chrono>
#include <format>

#include "station/camera_address.h"
#include "station/camera_scene.h"
#include <drogon/utils/Utilities.h>

#include "core/log.h"
#include "media/live_fragments.h"
#include "media/snapshot.h"
#include "media/video_devices.h"
#include "server/alert_desk.h"
#include "server/context.h"
#include "server/instants.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

using archive::Camera;

constexpr auto kTestTime = core::MediaDuration::from_us(10'000'000);
constexpr auto kPictureWait = std::chrono::seconds(2);
constexpr archive::WallTime kEarliest = archive::WallTime::min(), kLatest = archive::WallTime::max();
constexpr const char* kNameUsed = "camera_name_used";

Json status_json(const station::CameraStatus& status) {
  return {{"state", to_string(status.state)},
          {"reason", status.reason},
          {"fps", status.fps},
          {"dropped", status.dropped},
          {"last_frame", status.last_frame ? Json(to_instant(*status.last_frame)) : Json()},
          {"reconnects", status.reconnects},
          {"codec", status.codec},
          {"width_px", status.width_px},
          {"height_px", status.height_px},
          {"delay_s", status.delay_s ? Json(*status.delay_s) : Json()},
          {"playable", status.playable},
          {"recording_reason", status.recording_reason}};
}

Json scene_json(const Camera& camera) {
  Json scene = Json::parse(station::kEmptyScene);
  const Json kept = Json::parse(camera.settings, nullptr, /*allow_exceptions=*/false);
  if (kept.is_object()) scene.update(kept);
  return scene;
}

// The address is for those who may change it.
Json camera_json(Context& context, const Camera& camera, const Caller& caller) {
  return {{"id", camera.id},
          {"name", camera.name},
          {"address", caller.is_admin() ? camera.address_shown : std::string()},
          {"enabled", camera.enabled},
          {"recording", camera.recording},
          {"scene", scene_json(camera)},
          {"status", status_json(context.station.status(camera.id))}};
}

void demand_address(const std::string& address) {
  if (address.empty()) throw Problem(422, "empty_field", "the address is empty", "address");
  const auto valid = station::check_camera_address(address, /*stored=*/false);
  if (!valid) throw Problem(422, "invalid", valid.error().message, "address");
}

void cameras_changed(Context& context, std::int64_t id) {
  context.station.camera_changed(id);
  context.alerts.cameras_changed();
}

Response list(Context& context, Call& call) {
  Json all = Json::array();
  for (const Camera& camera : take(context.archive.cameras().all())) {
    if (call.caller().may_see(camera.id)) all.push_back(camera_json(context, camera, call.caller()));
  }
  return json_response(all);
}

Response get(Context& context, Call& call, int status = 200) {
  return json_response(camera_json(context, take(context.archive.cameras().get(call.number("id"))), call.caller()), status);
}

Response add(Context& context, Call& call) {
  BodyReader body = call.body();
  Camera camera{.name = body.text("name")};
  const std::string address = body.text("address");
  camera.enabled = body.optional_flag("enabled").value_or(true);
  camera.recording = body.optional_flag("recording").value_or(false);
  body.done();
  camera.settings = station::kEmptyScene;
  if (camera.name.empty()) throw Problem(422, "empty_field", "the camera's name is empty", "name");
  demand_address(address);
  const std::int64_t id = take(context.archive.cameras().add(camera, address), kNameUsed);
  audit(context, call.caller(), "add camera", std::format("camera {} ({})", id, camera.name));
  cameras_changed(context, id);
  return json_response(camera_json(context, take(context.archive.cameras().get(id)), call.caller()), 201);
}

Response change(Context& context, Call& call) {
  Camera camera = take(context.archive.cameras().get(call.number("id")));
  BodyReader body = call.body();
  camera.name = body.optional_text("name").value_or(camera.name);
  camera.enabled = body.optional_flag("enabled").value_or(camera.enabled);
  camera.recording = body.optional_flag("recording").value_or(camera.recording);
  const auto address = body.optional_text("address");
  const auto scene = body.optional_json("scene");
  body.done();
  if (camera.name.empty()) throw Problem(422, "empty_field", "the camera's name is empty", "name");
  if (address) demand_address(*address);
  if (scene) {
    camera.settings = scene->dump();
    const auto read = station::read_scene(camera.settings);
    if (!read) throw Problem(422, "invalid", read.error().message, "scene");
  }
  take(context.archive.cameras().update(camera), kNameUsed);
  if (address) take(context.archive.cameras().set_address(camera.id, *address));
  audit(context, call.caller(), "change camera", std::format("camera {} ({})", camera.id, camera.name));
  cameras_changed(context, camera.id);
  return get(context, call);
}

// All that a camera recorded. Once it is off, for it may still record.
void remove_recordings(Context& context, const Call& call, Camera camera) {
  archive::Recordings& recordings = context.archive.recordings();
  const auto all = [&] { return take(recordings.between(camera.id, kEarliest, kLatest)); };
  const auto refuse_pinned = [&](const std::vector<archive::Segment>& segments) {
    const auto pinned = std::ranges::count_if(segments, &archive::Segment::pinned);
    if (pinned == 0) return;
    throw Problem(409, "pinned_recordings",
                  std::format("camera {} ({}) has pinned recordings, {} of {}: they are kept, and the camera with them",
                              camera.id, camera.name, pinned, segments.size()));
  };
  refuse_pinned(all());
  camera.enabled = false;
  take(context.archive.cameras().update(camera));
  context.station.camera_changed(camera.id);
  const auto segments = all();
  audit(context, call.caller(), "delete",
        std::format("{} recordings of camera {} ({})", segments.size(), camera.id, camera.name));
  for (const archive::Segment& segment : segments) take(recordings.remove_unless_pinned(segment));
  refuse_pinned(all());
}

// Its footage is never deleted by the way.
Response remove(Context& context, Call& call) {
  const Camera camera = take(context.archive.cameras().get(call.number("id")));
  if (call.query_flag("with_recordings").value_or(false)) remove_recordings(context, call, camera);
  take(context.archive.cameras().remove(camera.id), "has_recordings");
  audit(context, call.caller(), "delete camera", std::format("camera {} ({})", camera.id, camera.name));
  cameras_changed(context, camera.id);
  return nothing();
}

Response test(const std::string& address) {
  const auto snapshot = media::take_snapshot(address, {.timeout = kTestTime});
  if (!snapshot) return json_response({{"ok", false}, {"message", snapshot.error().message}});
  const media::SourceInfo& info = snapshot->info;
  return json_response(
      {{"ok", true},
       {"message", std::format("{} × {}, {}", info.width_px, info.height_px, info.codec)},
       {"picture", "data:image/jpeg;base64," +
                       drogon::utils::base64Encode(reinterpret_cast<const unsigned char*>(snapshot->jpeg.data()),
                                                   snapshot->jpeg.size())},
       {"codec", info.codec},
       {"width_px", info.width_px},
       {"height_px", info.height_px},
       {"frame_rate", info.frame_rate},
       {"playable", info.codec == "h264" || info.codec == "hevc"}});
}

// The first picture comes a moment after it was asked for.
Response picture(Context& context, Call& call) {
  const std::int64_t id = call.number("id");
  const bool boxes = call.query_flag("boxes").value_or(true);
  const auto kind = boxes ? station::PictureKind::kBoxes : station::PictureKind::kPlain;
  const auto until = std::chrono::steady_clock::now() + kPictureWait;
  const std::string reason = context.station.status(id).reason;
  const auto newest = [feed = context.station.live(id), kind, until, reason]() -> std::optional<Response> {
    if (const auto picture = feed->picture(kind)) return Response{.type = "image/jpeg", .body = *picture->jpeg};
    if (std::chrono::steady_clock::now() < until) return std::nullopt;
    throw Problem(409, "no_picture",
                  reason.empty() ? "the camera shows nothing yet" : std::format("there is no picture: {}", reason));
  };
  audit_view(context, call.caller(), std::format("live picture of camera {}", id));
  if (auto at_once = newest()) return std::move(*at_once);
  return {.later = newest};
}

// The gateway makes the pictures' stream of it where it is a connection's first request; this one was not.
Response try_again_on_a_new_connection(const Call& call) {
  const std::string& query = call.request().query();
  const std::string address = call.request().path() + (query.empty() ? "" : "?" + query);
  return {.status = 307, .type = {}, .headers = {{"Location", address}, {"Connection", "close"}}};
}

}  // namespace

void add_camera_routes(Routes& routes, Context& context) {
  routes.add({.method = Method::kGet,
              .path = "/cameras",
              .access = Access::kViewer,
              .camera = CameraBy::kList,
              .handler = [&context](Call& call) { return list(context, call); }});
  routes.add(
      {.method = Method::kPost, .path = "/cameras", .handler = [&context](Call& call) { return add(context, call); }});
  routes.add({.method = Method::kPost, .path = "/cameras/test", .handler = [](Call& call) {
                BodyReader body = call.body();
                const std::string address = body.text("address");
                body.done();
                demand_address(address);
                return test(address);
              }});
  const auto of_camera = [&](Method method, const char* path, Access access, std::function<Response(Call&)> handler) {
    routes.add(
        {.method = method, .path = path, .access = access, .camera = CameraBy::kCamera, .handler = std::move(handler)});
  };
  of_camera(Method::kGet, "/cameras/{id}", Access::kViewer, [&context](Call& call) { return get(context, call); });
  of_camera(Method::kPatch, "/cameras/{id}", Access::kAdmin, [&context](Call& call) { return change(context, call); });
  of_camera(Method::kDelete, "/cameras/{id}", Access::kAdmin, [&context](Call& call) { return remove(context, call); });
  of_camera(Method::kPost, "/cameras/{id}/test", Access::kAdmin,
            [&context](Call& call) { return test(take(context.archive.cameras().address_of(call.number("id")))); });
  of_camera(Method::kGet, "/cameras/{id}/snapshot", Access::kViewer,
            [&context](Call& call) { return picture(context, call); });
  of_camera(Method::kGet, "/cameras/{id}/mjpeg", Access::kViewer, try_again_on_a_new_connection);
  const auto live = [&](const char* path, std::function<void(Call&)> opens) {
    routes.add({.method = Method::kGet,
                .path = path,
                .access = Access::kViewer,
                .camera = CameraBy::kCamera,
                .web_socket = true,
                .opens = std::move(opens)});
  };
  live("/cameras/{id}/live/video", [&context](Call& call) {
    audit_view(context, call.caller(), std::format("live video of camera {}", call.number("id")));
  });
  live("/cameras/{id}/live/pictures", [&context](Call& call) {
    audit_view(context, call.caller(), std::format("live pictures of camera {}", call.number("id")));
  });
  live("/cameras/{id}/live/data", {});
  routes.add({.method = Method::kGet,
              .path = "/updates",
              .access = Access::kViewer,
              .camera = CameraBy::kList,
              .web_socket = true});
  routes.add({.method = Method::kGet, .path = "/devices", .handler = [](Call&) {
                Json all = Json::array();
                for (const media::VideoDevice& device : media::list_video_devices()) {
                  all.push_back({{"name", device.name}, {"address", device.path.string()}});
                }
                return json_response(all);
              }});
}

}  // namespace vigil::server
