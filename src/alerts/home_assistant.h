// Topics and messages of the MQTT channel, those that Home Assistant discovers entities by among them. Pure functions.
//
//   PREFIX/status                   online, or offline when this program is gone; retained
//   PREFIX/CAMERA/event             each alert, as body_of() writes it
//   PREFIX/CAMERA/violence          ON or OFF; retained
//   DISCOVERY/binary_sensor/PREFIX_ID/violence/config, DISCOVERY/sensor/PREFIX_ID/last_event/config      retained
//
// CAMERA is the camera's name as a slug and its id, "front-yard-3": readable, and no two are alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert.h"
#include "alerts/channels.h"

namespace vigil::alerts {

struct MqttMessage {
  std::string topic = {};
  std::string payload = {};
  bool retained = false;

  bool operator==(const MqttMessage&) const = default;
};

std::string availability_topic(const MqttConfig& config);
std::string event_topic(const MqttConfig& config, const CameraName& camera);

MqttMessage violence_state(const MqttConfig& config, const CameraName& camera, bool on);

// What makes Home Assistant show a camera as a device with two entities; empty without a discovery prefix.
std::vector<MqttMessage> discovery_messages(const MqttConfig& config, const CameraName& camera, std::string_view base_url);

// What takes all that is retained of a camera away again.
std::vector<MqttMessage> farewell_messages(const MqttConfig& config, const CameraName& camera);

}  // namespace vigil::alerts
