// MqttSender: alerts to an MQTT broker, with a state for each camera that Home Assistant discovers by itself.
//
// Keeps a connection of its own (MqttConnection). Each alert goes out at QoS 1 and counts as sent once the broker has
// acknowledged it; one that is tried again may arrive twice. At each connection, and when cameras change, states and
// discovery messages are published, retained. A sender for a test only connects and publishes to PREFIX/test.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "alerts/channel_sender.h"
#include "alerts/mqtt_connection.h"

namespace vigil::alerts {

class MqttSender : public ChannelSender {
 public:
  // Ends within a second, unless the resolver of names hangs.
  MqttSender(MqttConfig config, SenderOptions options);

  core::Status send(const Notice& notice, std::stop_token stop) override;
  void note(const Alert& alert) override;
  void set_cameras(const std::vector<CameraName>& cameras) override;

 private:
  struct Shown {
    CameraName camera = {};
    std::set<std::string> running = {};  // uids of violence that has not ended
    bool published = false;
  };

  std::vector<MqttMessage> take_pending(bool anew);
  Shown& shown(const CameraName& camera);

  const MqttConfig config_;
  const SenderOptions options_;

  std::mutex mutex_;
  std::map<std::int64_t, Shown> cameras_;  // by id
  std::vector<CameraName> gone_;           // to be taken leave of

  MqttConnection connection_;  // last: it calls take_pending() as long as it lives
};

}  // namespace vigil::alerts
