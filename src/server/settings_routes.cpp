// What holds for all: who may create a profile, how long footage stays; and what was done by whom.
#include <chrono>
#include <format>
#include <memory>
#include <mutex>

#include "station/retention_settings.h"

#include "server/context.h"
#include "server/instants.h"
#include "server/json_of.h"
#include "server/problem.h"
#include "server/server_settings.h"

namespace vigil::server {
namespace {

Response settings_response(Context& context) {
  return json_response({{"sign_up", to_string(load_settings(context.archive.settings()).sign_up)}});
}

Response set_settings(Context& context, Call& call) {
  BodyReader body = call.body();
  const std::string mode = body.text("sign_up");
  body.done();
  const auto sign_up = sign_up_of(mode);
  if (!sign_up) throw Problem(422, "invalid", std::format("sign_up '{}': must be off, approval or open", mode), "sign_up");
  save_settings(context.archive.settings(), {.sign_up = *sign_up});
  audit(context, call.caller(), "change settings", std::format("sign-up {}", mode));
  return settings_response(context);
}

// As openapi.json's Retention, but that `in_force` says which camera each sentence is about.
Json retention_json(Context& context) {
  const auto rules = take(station::load_retention(context.archive.settings()));
  const auto plan = take(context.archive.retention().plan(rules, archive::now()));
  const auto space = take(context.archive.files().space());
  std::uint64_t used = 0;
  for (const auto& usage : take(context.archive.recordings().usage())) used += usage.bytes;
  for (const auto& usage : take(context.archive.events().usage())) used += usage.bytes;
  Json in_force = Json::array();
  for (const archive::RuleInForce& rule : plan.in_force) {
    in_force.push_back({{"camera_id", rule.camera_id ? Json(*rule.camera_id) : Json()}, {"sentence", rule.sentence}});
  }
  Json warnings = Json::array();
  if (plan.warning) warnings.push_back(json_of(station::Warning(*plan.warning)));
  return {{"rules", Json::parse(station::to_json(rules))},
          {"in_force", std::move(in_force)},
          {"reserve", plan.reserve.bytes},
          {"reserve_is", plan.reserve.an_hour ? "hour" : "share"},
          {"warnings", std::move(warnings)},
          {"free", space.free},
          {"all", space.all},
          {"used", used}};
}

// What retention does, kept for a while: it is worked out from all footage that there is, and every viewer may ask.
class KnownRetention {
 public:
  Json get(Context& context) {
    const std::scoped_lock lock(mutex_);
    if (json_.is_null() || Clock::now() - at_ > kFresh) {
      json_ = retention_json(context);
      at_ = Clock::now();
    }
    return json_;
  }
  void forget() {
    const std::scoped_lock lock(mutex_);
    json_ = nullptr;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr auto kFresh = std::chrono::seconds(30);

  std::mutex mutex_;
  Json json_;
  Clock::time_point at_;
};

// Without what is said of cameras that the caller may not see.
Response retention_response(Json retention, const Caller& caller) {
  Json rules = Json::array(), in_force = Json::array();
  const auto may_know = [&](const Json& rule) {
    const Json camera = rule.value("camera_id", Json());
    return camera.is_null() || caller.may_see(camera);
  };
  for (Json& rule : retention["rules"]) {
    if (may_know(rule)) rules.push_back(std::move(rule));
  }
  for (Json& rule : retention["in_force"]) {
    if (may_know(rule)) in_force.push_back(std::move(rule["sentence"]));
  }
  retention["rules"] = std::move(rules);
  retention["in_force"] = std::move(in_force);
  return json_response(retention);
}

Response set_retention(Context& context, KnownRetention& known, Call& call) {
  BodyReader body = call.body();
  const Json rules = body.json("rules");
  body.done();
  if (!rules.is_array()) throw Problem(422, "invalid", "rules: must be a list", "rules");
  const auto read = station::read_retention(rules.dump());
  if (!read) throw Problem(422, "invalid", read.error().message, "rules");
  take(station::save_retention(context.archive.settings(), *read));
  audit(context, call.caller(), "change retention", std::format("{} rules", read->size()));
  known.forget();
  return retention_response(known.get(context), call.caller());
}

Response audit_list(Context& context, Call& call) {
  const std::int64_t count = call.query_number("count").value_or(100);
  if (count < 1 || count > 1000) throw Problem(422, "invalid", "count: must be 1 … 1000", "count");
  const auto entries = take(context.archive.audit_log().entries({.from = call.query_time("from"),
                                                                 .until = call.query_time("until"),
                                                                 .user_name = call.query("user").value_or(""),
                                                                 .action = call.query("action").value_or(""),
                                                                 .before = call.query_number("before").value_or(0),
                                                                 .count = static_cast<int>(count)}));
  Json all = Json::array();
  for (const auto& entry : entries) {
    all.push_back({{"id", entry.id},
                   {"at", to_instant(entry.at)},
                   {"user", entry.user_name},
                   {"address", entry.address},
                   {"action", entry.action},
                   {"object", entry.object}});
  }
  const bool more = entries.size() == static_cast<std::size_t>(count);
  return json_response({{"entries", std::move(all)}, {"next", more ? Json(entries.back().id) : Json()}});
}

}  // namespace

void add_settings_routes(Routes& routes, Context& context) {
  routes.add(
      {.method = Method::kGet, .path = "/settings", .handler = [&context](Call&) { return settings_response(context); }});
  routes.add({.method = Method::kPut, .path = "/settings", .handler = [&context](Call& call) {
                return set_settings(context, call);
              }});
  auto known = std::make_shared<KnownRetention>();
  routes.add({.method = Method::kGet,
              .path = "/retention",
              .access = Access::kViewer,
              .camera = CameraBy::kList,
              .handler = [&context, known](Call& call) { return retention_response(known->get(context), call.caller()); }});
  routes.add({.method = Method::kPut, .path = "/retention", .handler = [&context, known](Call& call) {
                return set_retention(context, *known, call);
              }});
  routes.add(
      {.method = Method::kGet, .path = "/audit", .handler = [&context](Call& call) { return audit_list(context, call); }});
}

}  // namespace vigil::server
