// The desk of alerts between the station, the repository and Home Assistant: what it tells when something goes wrong.
#include "server/alert_desk.h"

#include <format>
#include <memory>
#include <optional>
#include <string>

#include "alerts/servers.h"
#include "alerts/subscriber.h"
#include "station/log_lines.h"
#include "station/staged.h"
#include <gmock/gmock.h>

#include "archive/databases.h"
#include "server/problem.h"
#include "support/eventually.h"
#include "support/temp_dir.h"

namespace vigil::server {
namespace {

using test::eventually;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;

class AlertDeskTest : public testing::Test {
 protected:
  void SetUp() override {
    archive_ = archive::Archive::open({.folder = dir_ / "data"}).value();
    station_ = station::Station::open(*archive_, {.folder = dir_ / "work", .networks = test::staged_networks}).value();
    event_.camera_id = archive_->cameras().add({.name = "Yard", .enabled = false}, "rtsp://127.0.0.1:9/yard").value();
    desk_.emplace(*archive_, *station_);
    const auto begun = desk_->start("");
    ASSERT_TRUE(begun) << begun.error().message;
    desk_->set(channels_, rules_);
    ASSERT_TRUE(eventually([&] { return !home_.last(announced()).empty(); }));
  }

  void tell(const station::Notice& notice) { station_->notices().publish(notice); }
  void rename(const std::string& from, const std::string& to) {
    ASSERT_TRUE(archive_->database().write([&](soci::session& sql) { test::rename_table(sql, from, to); }));
  }

  std::string announced() const {
    return std::format("homeassistant/binary_sensor/vigil_{}/violence/config", event_.camera_id);
  }
  std::string topic(const std::string& name) const { return std::format("vigil/yard-{}/{}", event_.camera_id, name); }
  bool is_shown(const std::string& state) const { return home_.last(topic("violence")) == state; }

  const test::TempDir dir_;
  const alerts::Broker broker_;
  const alerts::Subscriber home_{broker_.port()};
  const Json channels_ =
      Json::array({{{"id", 1}, {"name", "Home"}, {"type", "mqtt"}, {"host", "127.0.0.1"}, {"port", broker_.port()}}});
  const Json rules_ = Json::array(
      {{{"name", "All"}, {"kinds", Json::array({"violence"})}, {"when", "both"}, {"channels", Json::array({1})}}});
  station::CameraEvent event_{.uid = "yard-1", .source = "Yard", .kind = "violence", .time = archive::now(), .score = 0.9};
  std::unique_ptr<archive::Archive> archive_;
  std::unique_ptr<station::Station> station_;
  std::optional<AlertDesk> desk_;
};

TEST_F(AlertDeskTest, forgets_no_camera_when_the_database_cannot_be_read) {
  const test::LogLines log;
  rename("cameras", "cameras_away");
  desk_->cameras_changed();
  EXPECT_TRUE(log.contain("alerts: "));
  EXPECT_THROW(desk_->set(channels_, Json::array()), Problem);
  rename("cameras_away", "cameras");
  EXPECT_EQ(desk_->json().at("rules").size(), 1U) << "as it was";
  // What the broker is told after all that was told before.
  tell(station::EventBegun{event_});
  ASSERT_TRUE(eventually([&] { return is_shown("ON"); }));
  EXPECT_THAT(home_.heard(announced()), Not(Contains(IsEmpty())));
}

TEST_F(AlertDeskTest, ends_the_alert_of_an_event_that_is_lost) {
  tell(station::EventBegun{event_});
  ASSERT_TRUE(eventually([&] { return is_shown("ON"); }));
  tell(station::EventLost{event_});
  EXPECT_TRUE(eventually([&] { return is_shown("OFF"); }));
  ASSERT_TRUE(eventually([&] { return home_.heard(topic("event")).size() == 2; }));
  const Json last = Json::parse(home_.last(topic("event"))).at("event");
  EXPECT_EQ(last.at("uid"), event_.uid);
  EXPECT_EQ(last.at("state"), "ended");
  EXPECT_EQ(last.at("id"), 0) << "it is nowhere to be looked at";
}

}  // namespace
}  // namespace vigil::server
