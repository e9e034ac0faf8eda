// The station while its disk or its database fails: what cameras show and find is not lost, and nobody who looks waits.
#include "station/station.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <latch>
#include <thread>

#include "station/log_lines.h"
#include "station/refusal.h"
#include "station/staged.h"
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "support/eventually.h"
#include "support/temp_dir.h"

namespace vigil::station {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::eventually;

class StationTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(station_->start()); }

  std::vector<archive::StoredEvent> events() { return archive_->events().search({})->events; }

  const test::TempDir dir_;
  std::unique_ptr<archive::Archive> archive_ = archive::Archive::open({.folder = dir_ / "data"}).value();
  test::LogLines log_;
  std::unique_ptr<Station> station_ =
      Station::open(*archive_,
                    {.folder = dir_ / "work", .networks = test::staged_networks, .try_again = 20ms, .stored_cameras = true})
          .value();
};

TEST_F(StationTest, stores_and_tells_of_what_a_camera_saw_once_the_database_is_back) {
  std::atomic<std::int64_t> added = 0;
  const auto news = station_->notices().subscribe([&](const Notice& notice) {
    if (const auto* event = std::get_if<EventNotice>(&notice)) added = event->id;
  });
  const auto camera = archive_->cameras().add({.name = "Stage"}, test::staged_video().string());
  ASSERT_TRUE(camera) << camera.error().message;
  test::Refusal refusal(archive_->database(), "INSERT ON events");
  station_->camera_changed(*camera);
  ASSERT_TRUE(eventually([&] { return log_.contain("not stored yet"); }));
  const auto frames = station_->status(*camera).frames;
  EXPECT_TRUE(eventually([&] { return station_->status(*camera).frames > frames; })) << "the line goes on";
  EXPECT_EQ(added, 0);
  refusal.end();
  EXPECT_TRUE(eventually([&] { return added > 0; }));
  station_->stop();
  ASSERT_FALSE(events().empty());
  EXPECT_EQ(events().front().source, "Stage");
  const auto kept = archive_->events().get(events().front().id);
  EXPECT_TRUE(archive_->files().info(archive::EventStore::key(*kept, "clip.mp4")));
  EXPECT_TRUE(archive_->files().info(archive::EventStore::key(*kept, "report.html")));
  EXPECT_TRUE(fs::is_empty(dir_ / "work/cameras" / std::to_string(*camera) / "events/clips"));
}

TEST_F(StationTest, stores_what_waits_when_it_ends) {
  const auto camera = archive_->cameras().add({.name = "Stage"}, test::staged_video().string());
  ASSERT_TRUE(camera) << camera.error().message;
  test::Refusal refusal(archive_->database(), "INSERT ON events");
  station_->camera_changed(*camera);
  ASSERT_TRUE(eventually([&] { return log_.contain("not stored yet"); }));
  refusal.end();
  station_->stop();
  EXPECT_FALSE(events().empty());
}

TEST(StationPriority, of_a_camera_is_not_that_of_whoever_changed_it) {
  const test::TempDir dir;
  const auto archive = archive::Archive::open({.folder = dir / "data"}).value();
  const auto niceness = [] { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); };
  std::promise<int> found;
  std::atomic<bool> asked = false;
  // They are asked for on the camera's thread.
  const auto networks = [&] {
    if (!asked.exchange(true)) found.set_value(niceness());
    return test::staged_networks();
  };
  const auto station =
      Station::open(*archive, {.folder = dir / "work", .networks = networks, .stored_cameras = true}).value();
  ASSERT_TRUE(station->start());
  const auto camera = archive->cameras().add({.name = "Stage"}, test::staged_video().string()).value();
  const int before = niceness();
  std::thread([&] {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 19);
    station->camera_changed(camera);
  }).join();
  EXPECT_EQ(found.get_future().get(), before);
  station->stop();
}

TEST_F(StationTest, shows_cameras_while_a_job_waits_for_the_database) {
  ASSERT_TRUE(station_->uploads().begin({.name = "street.mp4", .size = 1000}));
  std::latch held(1), released(1);
  std::jthread holder([&] {
    EXPECT_TRUE(archive_->database().write([&](soci::session&) {
      held.count_down();
      released.wait();
    }));
  });
  held.wait();
  auto cancelled = std::async(std::launch::async, [&] { return station_->cancel_job(1).has_value(); });
  auto looked = std::async(std::launch::async, [&] {
    // Until the other has surely come to the database.
    for (const auto until = std::chrono::steady_clock::now() + 1s; std::chrono::steady_clock::now() < until;) {
      if (!station_->live(1)) return false;
      std::this_thread::sleep_for(5ms);
    }
    return true;
  });
  EXPECT_EQ(looked.wait_for(2min), std::future_status::ready);
  EXPECT_EQ(cancelled.wait_for(0s), std::future_status::timeout);
  released.count_down();
  EXPECT_TRUE(cancelled.get());
  EXPECT_TRUE(looked.get());
}

}  // namespace
}  // namespace vigil::station
