#include "server/context.h"

#include <format>

#include "core/log.h"

namespace vigil::server {

void audit(Context& context, const Caller& caller, const std::string& action, const std::string& object) {
  const auto added = context.archive.audit_log().add(
      {.user_name = caller.name(), .address = caller.address, .action = action, .object = object});
  if (!added) core::log_error("audit log: {}", added.error().message);
}

void audit_view(Context& context, const Caller& caller, const std::string& object) {
  if (!context.views.take(std::format("{} {}", caller.user ? caller.user->id : 0, object))) {
    audit(context, caller, "view", object);
  }
}

void add_routes(Routes& routes, Context& context) {
  add_session_routes(routes, context);
  add_my_routes(routes, context);
  add_user_routes(routes, context);
  add_event_routes(routes, context);
  add_upload_routes(routes, context);
  add_camera_routes(routes, context);
  add_recording_routes(routes, context);
  add_settings_routes(routes, context);
  add_alert_routes(routes, context);
  add_training_routes(routes, context);
  add_system_routes(routes, context);
}

}  // namespace vigil::server
