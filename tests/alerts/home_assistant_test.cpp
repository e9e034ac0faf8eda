#include "alerts/home_assistant.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using nlohmann::json;
using testing::IsEmpty;

const MqttConfig kConfig{.host = "broker.lan"};
const CameraName kYard{.id = 3, .name = "Front Yard"};

TEST(HomeAssistant, discovers_a_camera_as_a_device_with_two_entities) {
  const auto messages = discovery_messages(kConfig, kYard, "https://vigil.example");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].topic, "homeassistant/binary_sensor/vigil_3/violence/config");
  EXPECT_EQ(messages[1].topic, "homeassistant/sensor/vigil_3/last_event/config");
  EXPECT_TRUE(messages[0].retained && messages[1].retained);
  const json violence = json::parse(messages[0].payload);
  const json last = json::parse(messages[1].payload);
  EXPECT_EQ(violence.at("device_class"), "safety");
  EXPECT_EQ(violence.at("state_topic"), "vigil/front-yard-3/violence");
  EXPECT_EQ(violence.at("availability_topic"), "vigil/status");
  EXPECT_EQ(violence.at("unique_id"), "vigil_3_violence");
  EXPECT_EQ(last.at("unique_id"), "vigil_3_last_event");
  EXPECT_EQ(last.at("state_topic"), event_topic(kConfig, kYard));
  EXPECT_EQ(violence.at("device"), last.at("device")) << "one device";
  EXPECT_EQ(violence.at("device").at("identifiers"), json({"vigil_3"}));
  EXPECT_EQ(violence.at("device").at("name"), "Front Yard");
  EXPECT_EQ(violence.at("origin").at("name"), "Vigil");
}

TEST(HomeAssistant, is_told_nothing_without_a_discovery_prefix) {
  EXPECT_THAT(discovery_messages({.discovery_prefix = ""}, kYard, ""), IsEmpty());
}

TEST(HomeAssistant, names_cannot_leave_their_topic) {
  EXPECT_EQ(event_topic(kConfig, {.id = 4, .name = "a/+/#\n"}), "vigil/a-4/event");
  EXPECT_EQ(event_topic(kConfig, {.id = 5, .name = "庭"}), "vigil/5/event");
}

TEST(HomeAssistant, a_camera_that_goes_takes_what_is_retained_with_it) {
  const auto messages = farewell_messages(kConfig, kYard);
  ASSERT_EQ(messages.size(), 3U);
  for (const MqttMessage& message : messages) EXPECT_TRUE(message.retained && message.payload.empty()) << message.topic;
  EXPECT_EQ(messages[2].topic, violence_state(kConfig, kYard, true).topic);
}

}  // namespace
}  // namespace vigil::alerts
