// Cameras: which there are, how they do, what is to be seen in their pictures; and what they show now.
#include <format>

#include "station/camera_address.h"
#include "station/camera_scene.h"
#include <drogon/utils/Utilities.h>

#include "core/log.h"
#include "media/live_fragments.h"
#include "media/snapshot.h"
#include "media/video_devices.h"
#include "server/context.h"
#include "server/instants.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

using archive::Camera;

constexpr auto kTestTime = core::MediaDuration::from_us(10'000'000);
constexpr int kPictureWaits = 40;
constexpr auto kPictureWait = std::chrono::milliseconds(50);

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
  const std::int64_t id = take(context.archive.cameras().add(camera, address), "already_used");
  audit(context, call.caller(), "add camera", std::format("camera {} ({})", id, camera.name));
  context.station.camera_changed(id);
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
  take(context.archive.cameras().update(camera), "already_used");
  if (address) take(context.archive.cameras().set_address(camera.id, *address));
  audit(context, call.caller(), "change camera", std::format("camera {} ({})", camera.id, camera.name));
  context.station.camera_changed(camera.id);
  return get(context, call);
}

Response remove(Context& context, Call& call) {
  const Camera camera = take(context.archive.cameras().get(call.number("id")));
  // Its footage is never deleted by the way.
  take(context.archive.cameras().remove(camera.id), "has_recordings");
  audit(context, call.caller(), "delete camera", std::format("camera {} ({})", camera.id, camera.name));
  context.station.camera_changed(camera.id);
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
  const auto feed = context.station.live(call.number("id"));
  const bool boxes = call.query_flag("boxes").value_or(true);
  const auto kind = boxes ? station::PictureKind::kBoxes : station::PictureKind::kPlain;
  for (int waits = 0; feed && waits < kPictureWaits; ++waits) {
    if (const auto picture = feed->picture(kind)) return {.type = "image/jpeg", .body = *picture->jpeg};
    std::this_thread::sleep_for(kPictureWait);
  }
  const auto status = context.station.status(call.number("id"));
  throw Problem(
      409, "no_picture",
      status.reason.empty() ? "the camera shows nothing yet" : std::format("there is no picture: {}", status.reason));
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
  for (const char* path : {"/cameras/{id}/live/video", "/cameras/{id}/live/pictures", "/cameras/{id}/live/data"}) {
    routes.add(
        {.method = Method::kGet, .path = path, .access = Access::kViewer, .camera = CameraBy::kCamera, .web_socket = true});
  }
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
