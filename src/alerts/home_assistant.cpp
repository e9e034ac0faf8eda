#include "alerts/home_assistant.h"

#include <format>

#include "alerts/alert_text.h"
#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using Json = nlohmann::ordered_json;

std::string camera_topic(const MqttConfig& config, const CameraName& camera, std::string_view what) {
  const std::string slug = slug_of(camera.name);
  return std::format("{}/{}{}{}/{}", config.prefix, slug, slug.empty() ? "" : "-", camera.id, what);
}

// Letters, digits, _ and - are all that discovery topics may hold.
std::string device_id(const MqttConfig& config, const CameraName& camera) {
  return std::format("{}_{}", slug_of(config.prefix), camera.id);
}

std::string discovery_topic(const MqttConfig& config, const CameraName& camera, std::string_view component,
                            std::string_view object) {
  return std::format("{}/{}/{}/{}/config", config.discovery_prefix, component, device_id(config, camera), object);
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// What both entities have in common.
Json entity(const MqttConfig& config, const CameraName& camera, std::string_view object, std::string_view base_url) {
  Json device = {{"identifiers", {device_id(config, camera)}},
                 {"name", one_line(camera.name)},
                 {"manufacturer", "Vigil"},
                 {"model", "Camera"},
                 {"sw_version", VIGIL_VERSION}};
  if (!base_url.empty()) device["configuration_url"] = base_url;
  return {{"unique_id", std::format("{}_{}", device_id(config, camera), object)},
          {"availability_topic", availability_topic(config)},
          {"device", device},
          {"origin", {{"name", "Vigil"}, {"sw_version", VIGIL_VERSION}}}};
}

}  // namespace

std::string availability_topic(const MqttConfig& config) { return config.prefix + "/status"; }

std::string event_topic(const MqttConfig& config, const CameraName& camera) { return camera_topic(config, camera, "event"); }

MqttMessage violence_state(const MqttConfig& config, const CameraName& camera, bool on) {
  return {.topic = camera_topic(config, camera, "violence"), .payload = on ? "ON" : "OFF", .retained = true};
}

std::vector<MqttMessage> discovery_messages(const MqttConfig& config, const CameraName& camera, std::string_view base_url) {
  if (config.discovery_prefix.empty()) return {};
  Json violence = entity(config, camera, "violence", base_url);
  violence["name"] = "Violence";
  violence["device_class"] = "safety";  // on: unsafe
  violence["state_topic"] = violence_state(config, camera, false).topic;
  Json last = entity(config, camera, "last_event", base_url);
  last["name"] = "Last event";
  last["icon"] = "mdi:cctv";
  last["state_topic"] = event_topic(config, camera);
  last["value_template"] = "{{ value_json.event.title[:255] }}";  // a state may have no more
  last["json_attributes_topic"] = event_topic(config, camera);
  last["json_attributes_template"] = "{{ value_json.event | tojson }}";
  return {{discovery_topic(config, camera, "binary_sensor", "violence"), text_of(violence), true},
          {discovery_topic(config, camera, "sensor", "last_event"), text_of(last), true}};
}

std::vector<MqttMessage> farewell_messages(const MqttConfig& config, const CameraName& camera) {
  std::vector<MqttMessage> messages = discovery_messages(config, camera, "");
  messages.push_back(violence_state(config, camera, false));
  for (MqttMessage& message : messages) message.payload.clear();
  return messages;
}

}  // namespace vigil::alerts
