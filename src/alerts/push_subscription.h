// PushSubscription: a browser that wants to hear of alerts, and PushOptions: where the room gets them from.
//
//   if (auto valid = check_subscription(subscription); !valid) answer(400, valid.error().message);
//
// A subscription comes from a browser, so its address may be anything: only https out in the internet is accepted, and when
// it is connected to, its address is looked at again. Plain values.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "alerts/alert.h"

#include "core/result.h"

namespace vigil::alerts {

struct PushSubscription {
  std::string endpoint = {};  // an https address of a push service; who knows it can send there, so it is a secret
  std::string p256dh = {};    // base64url, as the browser gives them
  std::string auth = {};
};

// Both are called on a channel's thread and may block for as long as a database takes.
struct PushOptions {
  // Those of the people who may know of the alert. A test is of no camera and no upload.
  std::function<std::vector<PushSubscription>(const Alert& alert)> subscriptions = {};
  std::function<void(const std::string& endpoint)> on_gone = {};  // the push service no longer knows it: forget it
  bool any_endpoint = false;  // also http and private addresses: for tests with a server of their own
};

// Errors: kInvalidArgument (not https, a name or address that is not of the internet, keys that are none).
core::Status check_subscription(const PushSubscription& subscription);

}  // namespace vigil::alerts
