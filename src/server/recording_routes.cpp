// What cameras recorded. Recordings show the picture as the camera sent it: where it has privacy masks, they are for
// administrators alone.
#include <format>

#include "station/camera_scene.h"

#include "server/context.h"
#include "server/instants.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

constexpr auto kLongest = std::chrono::hours(24 * 8);

void demand_unmasked(Context& context, const Call& call) {
  if (call.caller().is_admin()) return;
  const auto camera = take(context.archive.cameras().get(call.number("id")));
  const auto scene = station::read_scene(camera.settings);
  if (scene && scene->rules.privacy_masks.empty()) return;
  throw Problem(403, "masked", "this camera has privacy masks, which recordings do not: they are for administrators");
}

struct Stretch {
  archive::WallTime from, until;
};

Stretch stretch_of(const Call& call) {
  const auto from = call.query_time("from"), until = call.query_time("until");
  if (!from || !until) throw Problem(422, "missing_field", "from and until are needed", from ? "until" : "from");
  if (*until < *from || *until - *from > kLongest) {
    throw Problem(422, "invalid", "until must be after from, by at most eight days", "until");
  }
  return {.from = *from, .until = *until};
}

Response segments(Context& context, std::int64_t camera, const Stretch& stretch) {
  Json all = Json::array();
  for (const archive::Segment& segment : take(context.archive.recordings().between(camera, stretch.from, stretch.until))) {
    all.push_back({{"id", segment.id},
                   {"begin", to_instant(segment.begin)},
                   {"end", to_instant(segment.end)},
                   {"url", std::format("/api/v1/cameras/{}/recordings/{}", camera, segment.id)},
                   {"size", segment.size},
                   {"pinned", segment.pinned}});
  }
  return json_response(all);
}

Response list(Context& context, Call& call) {
  demand_unmasked(context, call);
  const std::int64_t camera = call.number("id");
  const Stretch stretch = stretch_of(call);
  audit_view(context, call.caller(), std::format("recordings of camera {}", camera));
  return segments(context, camera, stretch);
}

Response change(Context& context, Call& call) {
  demand_unmasked(context, call);
  const std::int64_t camera = call.number("id");
  const Stretch stretch = stretch_of(call);
  BodyReader body = call.body();
  const bool pinned = body.flag("pinned");
  body.done();
  take(context.archive.recordings().set_pinned(camera, stretch.from, stretch.until, pinned));
  audit(context, call.caller(), pinned ? "pin" : "unpin",
        std::format("recordings of camera {}, {} to {}", camera, to_instant(stretch.from), to_instant(stretch.until)));
  return segments(context, camera, stretch);
}

Response get(Context& context, Call& call) {
  demand_unmasked(context, call);
  const std::int64_t camera = call.number("id"), id = call.number("segment");
  const auto segment = take(context.archive.recordings().get(id));
  // The permission was for the camera in the address: a segment of another one is none of it.
  if (segment.camera_id != camera) nothing_here(std::format("recording {} of camera {}", id, camera));
  const bool download = call.query_flag("download").value_or(false);
  if (download) {
    audit(context, call.caller(), "export", std::format("recording {} of camera {}", id, camera));
  } else {
    audit_view(context, call.caller(), std::format("recordings of camera {}", camera));
  }
  const std::string name =
      std::format("vigil-camera-{}-{:%Y%m%d-%H%M%S}.mp4", camera, std::chrono::floor<std::chrono::seconds>(segment.begin));
  return file_response({.path = take(context.archive.files().local_path(segment.file)),
                        .type = "video/mp4",
                        .download_name = download ? name : std::string(),
                        .forever = true});
}

}  // namespace

void add_recording_routes(Routes& routes, Context& context) {
  routes.add({.method = Method::kGet,
              .path = "/cameras/{id}/recordings",
              .access = Access::kViewer,
              .camera = CameraBy::kCamera,
              .handler = [&context](Call& call) { return list(context, call); }});
  routes.add({.method = Method::kPatch,
              .path = "/cameras/{id}/recordings",
              .access = Access::kOperator,
              .camera = CameraBy::kCamera,
              .handler = [&context](Call& call) { return change(context, call); }});
  routes.add({.method = Method::kGet,
              .path = "/cameras/{id}/recordings/{segment}",
              .access = Access::kViewer,
              .camera = CameraBy::kCamera,
              .handler = [&context](Call& call) { return get(context, call); }});
}

}  // namespace vigil::server
