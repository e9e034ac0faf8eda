// AlertDesk: the alerts of this server: which channels and rules there are (kept sealed in the archive's settings), who
// subscribed with a browser, and the news of the station on its way to alerts::Alerts.
//
//   AlertDesk desk(archive, station);
//   if (auto begun = desk.start("https://vigil.example"); !begun) …
//   const Json shown = desk.json();                     // without secrets
//   desk.set(channels, rules);
//
// Callable from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "alerts/alert_sender.h"
#include "alerts/vapid.h"
#include "station/station.h"

#include "archive/archive.h"
#include "server/response.h"

namespace vigil::server {

class AlertDesk {
 public:
  static constexpr std::size_t kMostBrowsers = 20;  // of one user

  // Both outlive the desk.
  AlertDesk(archive::Archive& archive, station::Station& station);
  ~AlertDesk();

  // Reads what is set and begins to listen. `base_url`: where people reach the server, for links. Errors: kIo, kUnreadable,
  // kInvalidArgument.
  core::Status start(const std::string& base_url);

  // As openapi.json's Alerts. Throws Problem.
  Json json();
  // Throws Problem: what is wrong with them; nothing is changed then.
  void set(const Json& channels, const Json& rules);
  // A camera was added, changed or removed: channels that name cameras follow.
  void cameras_changed();
  // How a test alert went. Throws Problem: there is no such channel.
  core::Status test(std::int64_t channel);

  std::string push_key();
  // Throw Problem.
  void subscribe(std::int64_t user, const alerts::PushSubscription& browser);
  void unsubscribe(std::int64_t user, const std::string& endpoint);

 private:
  struct Browser {
    std::int64_t user = 0;
    alerts::PushSubscription subscription;
  };

  void tell(const station::Notice& notice);
  void tell_stored(std::int64_t id);
  std::vector<alerts::PushSubscription> browsers_for(const alerts::Alert& alert);
  void forget(const std::function<bool(const Browser&)>& which);
  core::Result<alerts::AlertSettings> settings() const;
  std::string text() const;
  core::Status read(const std::string& text);
  core::Status save();

  archive::Archive& archive_;
  station::Station& station_;
  std::mutex configuring_;    // one change of what alerts_ works with at a time
  mutable std::mutex mutex_;  // of what follows
  std::string base_url_;
  alerts::VapidKeys keys_;
  std::vector<alerts::Channel> channels_;
  std::vector<alerts::AlertRule> rules_;
  std::vector<Browser> browsers_;
  alerts::Alerts alerts_;
  core::Subscription listening_;
};

}  // namespace vigil::server
