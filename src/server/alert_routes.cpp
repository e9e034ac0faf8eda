// Alerts: channels, rules, and the browsers that want to hear of them.

#include "server/alert_desk.h"
#include "server/context.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

alerts::PushSubscription subscription_in(Call& call) {
  BodyReader body = call.body();
  alerts::PushSubscription browser{
      .endpoint = body.text("endpoint"), .p256dh = body.text("p256dh"), .auth = body.text("auth")};
  body.done();
  return browser;
}

Response set(Context& context, Call& call) {
  BodyReader body = call.body();
  const Json channels = body.json("channels"), rules = body.json("rules");
  body.done();
  context.alerts.set(channels, rules);
  audit(context, call.caller(), "change alerts", "");
  return json_response(context.alerts.json());
}

Response test(Context& context, Call& call) {
  const auto tried = context.alerts.test(call.number("channel"));
  return json_response({{"ok", tried.has_value()}, {"message", tried ? "the test alert was sent" : tried.error().message}});
}

}  // namespace

void add_alert_routes(Routes& routes, Context& context) {
  routes.add({.method = Method::kGet, .path = "/alerts", .handler = [&context](Call&) {
                return json_response(context.alerts.json());
              }});
  routes.add({.method = Method::kPut, .path = "/alerts", .handler = [&context](Call& call) { return set(context, call); }});
  routes.add({.method = Method::kPost, .path = "/alerts/channels/{channel}/test", .handler = [&context](Call& call) {
                return test(context, call);
              }});
  routes.add({.method = Method::kGet, .path = "/push-key", .access = Access::kViewer, .handler = [&context](Call&) {
                return json_response({{"key", context.alerts.push_key()}});
              }});
  routes.add({.method = Method::kPost, .path = "/me/push", .access = Access::kViewer, .handler = [&context](Call& call) {
                context.alerts.subscribe(call.user().id, subscription_in(call));
                return nothing();
              }});
  routes.add({.method = Method::kDelete, .path = "/me/push", .access = Access::kViewer, .handler = [&context](Call& call) {
                context.alerts.unsubscribe(call.user().id, subscription_in(call).endpoint);
                return nothing();
              }});
}

}  // namespace vigil::server
