// Context: what handlers work with; one for the server's life.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "station/station.h"

#include "archive/archive.h"
#include "archive/wall_time.h"
#include "server/log_in_guard.h"
#include "server/rate_limiter.h"
#include "server/routes.h"
#include "server/server_options.h"
#include "server/setup_link.h"

namespace vigil::server {

class AlertDesk;

struct Context {
  static constexpr double kViewsPerSecond = 1.0 / (10 * 60);  // that are written down, of one thing by one user

  archive::Archive& archive;
  station::Station& station;
  const ServerOptions& options;
  SetupLink& setup;
  LogInGuard& guard;
  AlertDesk& alerts;
  archive::WallTime started = archive::now();
  RateLimiter views{{.burst = 1, .per_second = kViewsPerSecond}};
};

// Writes into the audit log; a log that cannot be written is logged and does not fail the request.
void audit(Context& context, const Caller& caller, const std::string& action, const std::string& object);

// The same for what is looked at again and again: once in ten minutes for each user and object.
void audit_view(Context& context, const Caller& caller, const std::string& object);

void add_session_routes(Routes& routes, Context& context);
void add_my_routes(Routes& routes, Context& context);
void add_user_routes(Routes& routes, Context& context);
void add_event_routes(Routes& routes, Context& context);
void add_upload_routes(Routes& routes, Context& context);
void add_camera_routes(Routes& routes, Context& context);
void add_recording_routes(Routes& routes, Context& context);
void add_settings_routes(Routes& routes, Context& context);
void add_alert_routes(Routes& routes, Context& context);
void add_training_routes(Routes& routes, Context& context);
void add_system_routes(Routes& routes, Context& context);

// All of them.
void add_routes(Routes& routes, Context& context);

}  // namespace vigil::server
