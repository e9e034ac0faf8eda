// Events of a camera on their way into the repository while disk or database fail.
#include "station/event_delivery.h"

#include <atomic>
#include <filesystem>
#include <format>
#include <fstream>
#include <mutex>
#include <vector>

#include "station/log_lines.h"
#include "station/refusal.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/eventually.h"
#include "support/temp_dir.h"

namespace vigil::station {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;
using test::eventually;
using testing::ElementsAre;

constexpr const char* kNotYet = "not stored yet";

class EventDeliveryTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* part : {"clips", "posters", "people"}) fs::create_directories(folder_ / part);
    camera_ = archive_->cameras().add({.name = "Yard"}, "rtsp://yard/").value();
    added_ = notices_.subscribe([this](const Notice& notice) {
      const std::scoped_lock lock(mutex_);
      if (const auto* added = std::get_if<EventNotice>(&notice)) stored_.push_back(added->id);
      if (const auto* lost = std::get_if<EventLost>(&notice)) lost_.push_back(lost->event.uid);
    });
    ended_ = feed_->data().subscribe([this](const std::string& line) {
      const std::scoped_lock lock(mutex_);
      const json id = json::parse(line)["id"];
      told_.push_back(id.is_null() ? 0 : id.get<std::int64_t>());
    });
  }

  std::unique_ptr<EventDelivery> deliver(std::chrono::milliseconds try_again = 20ms, std::size_t most_waiting = 10) {
    return std::make_unique<EventDelivery>(
        EventDeliveryOptions{.folder = folder_, .feed = feed_, .most_waiting = most_waiting, .try_again = try_again},
        *archive_, notices_);
  }

  // With its evidence in the folder.
  pipeline::WatchedEvent event(int number) {
    pipeline::WatchedEvent ended{
        .state = core::EventState::kEnded, .time = std::chrono::system_clock::now(), .latency = {}, .record = {}};
    pipeline::EventRecord& record = ended.record;
    record.event.id = number;
    record.event.source = "rtsp://yard/";
    record.event.kind = core::kViolence;
    record.event.people = {{.id = 3, .score = 0.9, .first = {}, .curve = {}}};
    record.clip.emplace().file = evidence(std::format("clips/{}.mp4", number));
    record.boxes = evidence(std::format("clips/{}.boxes.jsonl", number));
    record.poster.emplace().file = evidence(std::format("posters/{}.jpg", number));
    record.page = evidence(std::format("{}.html", number));
    pipeline::PersonPictures& person = record.people.emplace_back();
    person.id = 3;
    person.crops.emplace_back().file = evidence(std::format("people/{}-person-3-1.jpg", number));
    return ended;
  }
  void take(EventDelivery& delivery, int number) {
    const CameraEvent what{.uid = std::format("yard-{}", number), .camera_id = camera_, .source = "Yard"};
    delivery.take(what, event(number));
  }

  // All of it.
  std::vector<std::string> evidence() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(folder_).string());
    }
    return files;
  }
  std::vector<std::int64_t> stored() {
    const std::scoped_lock lock(mutex_);
    return stored_;
  }
  std::vector<std::int64_t> told() {
    const std::scoped_lock lock(mutex_);
    return told_;
  }
  std::vector<std::string> lost() {
    const std::scoped_lock lock(mutex_);
    return lost_;
  }
  std::int64_t id_of(int number) { return archive_->events().get(std::format("yard-{}", number))->id; }

  // Nothing can be written among the files of events.
  void fill_disk() { std::ofstream(files_) << "in the way"; }
  void free_disk() { fs::remove(files_); }

  const test::TempDir dir_;
  const fs::path folder_ = dir_ / "out", files_ = dir_ / "data/files/events";
  std::unique_ptr<archive::Archive> archive_ = archive::Archive::open({.folder = dir_ / "data"}).value();
  core::Hub<Notice> notices_;
  std::shared_ptr<LiveFeed> feed_ = std::make_shared<LiveFeed>();
  std::int64_t camera_ = 0;
  test::LogLines log_;

 private:
  std::string evidence(const std::string& file) {
    std::ofstream(folder_ / file) << file;
    return file;
  }

  std::mutex mutex_;
  std::vector<std::int64_t> stored_;  // as notices tell it
  std::vector<std::string> lost_;     // the same
  std::vector<std::int64_t> told_;    // by the live view that they have ended: ids; 0: none
  core::Subscription added_, ended_;
};

TEST_F(EventDeliveryTest, stores_events_in_order_and_removes_no_evidence_but_theirs) {
  std::ofstream(folder_ / "clips/open.mp4") << "of an event that waits for its post-roll";
  auto delivery = deliver();
  for (const int number : {1, 2, 3}) take(*delivery, number);
  delivery.reset();
  EXPECT_THAT(stored(), ElementsAre(id_of(1), id_of(2), id_of(3)));
  EXPECT_THAT(told(), ElementsAre(id_of(1), id_of(2), id_of(3)));
  EXPECT_THAT(evidence(), ElementsAre("clips/open.mp4"));
  const auto kept = archive_->events().get("yard-2");
  EXPECT_EQ(kept->source, "Yard");
  EXPECT_EQ(kept->camera_id, camera_);
  for (const char* file : {"clip.mp4", "boxes.jsonl", "poster.jpg", "person-3-1.jpg"}) {
    EXPECT_TRUE(archive_->files().info(archive::EventStore::key(*kept, file))) << file;
  }
}

TEST_F(EventDeliveryTest, tries_again_while_the_disk_is_full_and_keeps_nobody_waiting) {
  fill_disk();
  auto delivery = deliver();
  for (const int number : {1, 2}) take(*delivery, number);
  EXPECT_TRUE(eventually([&] { return log_.contain(kNotYet); }));
  EXPECT_THAT(stored(), ElementsAre());
  EXPECT_EQ(evidence().size(), 10U);
  free_disk();
  EXPECT_TRUE(eventually([&] { return stored().size() == 2; }));
  EXPECT_THAT(told(), ElementsAre(id_of(1), id_of(2)));
}

TEST_F(EventDeliveryTest, tries_again_while_the_database_fails) {
  test::Refusal refusal(archive_->database(), "INSERT ON events");
  auto delivery = deliver();
  take(*delivery, 1);
  EXPECT_TRUE(eventually([&] { return log_.contain(kNotYet); }));
  EXPECT_THAT(stored(), ElementsAre());
  refusal.end();
  EXPECT_TRUE(eventually([&] { return stored().size() == 1; }));
  EXPECT_EQ(archive_->events().search({})->events.size(), 1U);
}

TEST_F(EventDeliveryTest, tries_once_more_before_it_ends) {
  fill_disk();
  auto delivery = deliver(1h);
  for (const int number : {1, 2}) take(*delivery, number);
  EXPECT_TRUE(eventually([&] { return log_.contain(kNotYet); }));
  free_disk();
  delivery.reset();
  EXPECT_THAT(stored(), ElementsAre(id_of(1), id_of(2)));
}

TEST_F(EventDeliveryTest, ends_and_says_so_when_even_that_fails) {
  fill_disk();
  auto delivery = deliver(1h);
  for (const int number : {1, 2}) take(*delivery, number);
  delivery.reset();
  EXPECT_THAT(stored(), ElementsAre());
  EXPECT_THAT(told(), ElementsAre(0, 0));
  EXPECT_THAT(lost(), ElementsAre("yard-1", "yard-2"));
  EXPECT_TRUE(log_.contain("an event is not stored: "));
}

TEST_F(EventDeliveryTest, lets_no_more_wait_than_may) {
  fill_disk();
  auto delivery = deliver(1h, /*most_waiting=*/1);
  take(*delivery, 1);
  EXPECT_TRUE(eventually([&] { return log_.contain(kNotYet); }));
  for (const int number : {2, 3}) take(*delivery, number);
  EXPECT_THAT(told(), ElementsAre(0));
  EXPECT_THAT(lost(), ElementsAre("yard-3"));
  EXPECT_EQ(evidence().size(), 10U) << "that of the third is gone";
  free_disk();
  delivery.reset();
  EXPECT_THAT(stored(), ElementsAre(id_of(1), id_of(2)));
}

TEST_F(EventDeliveryTest, takes_an_event_that_is_there_already_for_stored) {
  auto delivery = deliver();
  for (const int number : {1, 1}) take(*delivery, number);
  delivery.reset();
  EXPECT_THAT(stored(), ElementsAre(id_of(1), id_of(1)));
  EXPECT_EQ(archive_->events().search({})->events.size(), 1U);
}

TEST_F(EventDeliveryTest, stores_what_a_camera_saw_that_is_removed_meanwhile) {
  ASSERT_TRUE(archive_->cameras().remove(camera_));
  auto delivery = deliver();
  take(*delivery, 1);
  delivery.reset();
  EXPECT_THAT(stored(), ElementsAre(id_of(1)));
  EXPECT_FALSE(archive_->events().get("yard-1")->camera_id);
}

}  // namespace
}  // namespace vigil::station
