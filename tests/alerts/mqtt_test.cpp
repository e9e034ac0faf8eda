#include "alerts/mqtt.h"

#include "servers.h"
#include "subscriber.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/eventually.h"

namespace vigil::alerts {
namespace {

using test::eventually;

using core::ErrorCode;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr const char* kState = "vigil/yard-3/violence";

const CameraName kYard{.id = 3, .name = "Yard"};

Alert violence(const std::string& uid, AlertState state) {
  return {.uid = uid, .kind = "violence", .camera_id = 3, .camera = "Yard", .state = state};
}
Notice notice(std::uint64_t number) { return {.alert = violence("u1", AlertState::kBegun), .number = number}; }

MqttConfig config_of(const Broker& broker) { return {.host = "127.0.0.1", .port = broker.port()}; }

TEST(Mqtt, publishes_each_alert_once_the_broker_has_it) {
  const Broker broker;
  const Subscriber subscriber(broker.port());
  MqttSender sender(config_of(broker), {});
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const auto sent = sender.send(notice(number), {});
    ASSERT_TRUE(sent) << sent.error().message;
  }
  ASSERT_TRUE(eventually([&] { return subscriber.heard("vigil/yard-3/event").size() == 3; }));
  EXPECT_EQ(json::parse(subscriber.last("vigil/yard-3/event")).at("event").at("uid"), "u1");
}

TEST(Mqtt, announces_cameras_and_their_state_to_whoever_comes_later) {
  const Broker broker;
  MqttSender sender(config_of(broker), {.base_url = "https://vigil.example"});
  sender.set_cameras({kYard});
  ASSERT_TRUE(sender.send(notice(1), {}));
  ASSERT_TRUE(eventually([&] { return Subscriber(broker.port()).retained().size() == 4; }));
  const auto retained = Subscriber(broker.port()).retained();
  EXPECT_EQ(retained.at("vigil/status"), "online");
  EXPECT_EQ(retained.at(kState), "OFF");
  EXPECT_EQ(json::parse(retained.at("homeassistant/binary_sensor/vigil_3/violence/config")).at("state_topic"), kState);
  EXPECT_TRUE(retained.contains("homeassistant/sensor/vigil_3/last_event/config"));
}

TEST(Mqtt, a_camera_is_on_as_long_as_any_event_runs) {
  const Broker broker;
  const Subscriber subscriber(broker.port());
  MqttSender sender(config_of(broker), {});
  sender.set_cameras({kYard});
  ASSERT_TRUE(eventually([&] { return subscriber.last(kState) == "OFF"; }));
  sender.note(violence("a", AlertState::kBegun));
  ASSERT_TRUE(eventually([&] { return subscriber.last(kState) == "ON"; }));
  sender.note(violence("b", AlertState::kBegun));
  sender.note(violence("a", AlertState::kEnded));
  ASSERT_TRUE(sender.send(notice(1), {}));
  EXPECT_EQ(subscriber.last(kState), "ON");
  sender.note(violence("b", AlertState::kEnded));
  ASSERT_TRUE(eventually([&] { return subscriber.last(kState) == "OFF"; }));
}

TEST(Mqtt, cameras_that_are_renamed_or_gone_leave_nothing_behind) {
  const Broker broker;
  MqttSender sender(config_of(broker), {});
  sender.set_cameras({kYard, {.id = 4, .name = "Hall"}});
  ASSERT_TRUE(eventually([&] { return Subscriber(broker.port()).retained().size() == 7; }));
  sender.set_cameras({{.id = 3, .name = "Garden"}});
  ASSERT_TRUE(eventually([&] { return Subscriber(broker.port()).retained().size() == 4; }));
  EXPECT_TRUE(Subscriber(broker.port()).retained().contains("vigil/garden-3/violence"));
}

TEST(Mqtt, says_that_it_goes) {
  const Broker broker;
  const Subscriber subscriber(broker.port());
  {
    MqttSender sender(config_of(broker), {});
    ASSERT_TRUE(eventually([&] { return subscriber.last("vigil/status") == "online"; }));
  }
  EXPECT_TRUE(eventually([&] { return subscriber.last("vigil/status") == "offline"; }));
}

TEST(Mqtt, connects_again_and_tells_again_what_the_broker_forgot) {
  Broker broker;
  MqttSender sender(config_of(broker), {.time_out = 500ms});
  sender.set_cameras({kYard});
  sender.note(violence("a", AlertState::kBegun));
  ASSERT_TRUE(eventually([&] { return sender.send(notice(1), {}).has_value(); }));
  broker.kill();
  std::uint64_t number = 1;
  ASSERT_TRUE(eventually([&] {
    const auto sent = sender.send(notice(++number), {});
    return !sent && may_pass(sent.error());
  }));
  broker.start();
  const Subscriber subscriber(broker.port());
  EXPECT_TRUE(eventually([&] { return sender.send(notice(number), {}).has_value(); }));
  EXPECT_TRUE(eventually([&] { return subscriber.last(kState) == "ON" && subscriber.last("vigil/status") == "online"; }));
  // That one may have been told before anybody had subscribed again.
  EXPECT_TRUE(eventually([&] { return sender.send(notice(number + 1), {}).has_value(); }));
  EXPECT_TRUE(eventually([&] { return !subscriber.heard("vigil/yard-3/event").empty(); }));
}

TEST(Mqtt, a_broker_that_is_not_there_is_an_error_that_may_pass) {
  MqttConfig config;
  {
    const Broker broker;
    config = config_of(broker);
  }
  MqttSender sender(config, {.time_out = 300ms});
  const auto sent = sender.send(notice(1), {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kIo);
  EXPECT_THAT(sent.error().message, HasSubstr(std::format("mqtt broker 127.0.0.1:{}: ", config.port)));
}

TEST(Mqtt, a_wrong_password_is_final_and_said_so) {
  const Broker broker("vigil", "password-of-the-broker");
  MqttConfig config = config_of(broker);
  config.user = "vigil";
  config.password = "password-of-the-broker";
  EXPECT_TRUE(MqttSender(config, {}).send(notice(1), {}));
  config.password = "wrong-password";
  const auto sent = MqttSender(config, {}).send(notice(1), {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(sent.error().message, HasSubstr("check user and password"));
  EXPECT_THAT(sent.error().message, Not(HasSubstr("wrong-password")));
}

TEST(Mqtt, a_test_leaves_nothing_behind) {
  const Broker broker;
  const Subscriber subscriber(broker.port());
  ASSERT_TRUE(MqttSender(config_of(broker), {.test = true}).send(notice(1), {}));
  ASSERT_TRUE(eventually([&] { return !subscriber.heard("vigil/test").empty(); }));
  EXPECT_EQ(json::parse(subscriber.last("vigil/test")).at("type"), "test");
  EXPECT_THAT(Subscriber(broker.port()).retained(), IsEmpty());
  EXPECT_THAT(subscriber.heard("vigil/status"), SizeIs(0));
}

}  // namespace
}  // namespace vigil::alerts
