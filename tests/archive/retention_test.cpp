#include "archive/retention.h"

#include <algorithm>
#include <chrono>
#include <format>

#include <gmock/gmock.h>

#include "archive/cameras.h"
#include "archive/databases.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;
constexpr BlobSpace kRoom{.free = 900'000, .all = 1'000'000};

auto Says(const std::string& words) { return testing::Field(&RuleInForce::sentence, HasSubstr(words)); }

class RetentionTest : public test::OnBoth {
 protected:
  void SetUp() override {
    database_ = open();
    blobs_ = std::move(*DiskBlobs::open(dir_ / "data"));
    box_.emplace(*SecretBox::open(dir_ / "key"));
    Cameras cameras(*database_, *box_);
    yard_ = cameras.add({.name = "Yard"}, "rtsp://yard/").value();
    attic_ = cameras.add({.name = "Attic"}, "rtsp://attic/").value();
    events_.emplace(*database_);
    store_.emplace(*events_, *blobs_);
    recordings_.emplace(*database_, *blobs_);
    retention_.emplace(*events_, *store_, *recordings_, *blobs_);
  }

  void record(std::int64_t camera, std::chrono::hours ago, std::uint64_t size = 100, std::chrono::microseconds length = 4s) {
    Segment segment{.camera_id = camera, .begin = kNow - ago, .end = kNow - ago + length, .size = size};
    segment.file = Recordings::key(camera, segment.begin, segment.end);
    ASSERT_TRUE(blobs_->put_bytes(segment.file, "r"));
    ASSERT_TRUE(recordings_->add(segment));
  }
  std::int64_t happen(const std::string& uid, std::chrono::hours ago) {
    StoredEvent event{
        .uid = uid, .camera_id = yard_, .source = "Yard", .kind = "zone", .begin = kNow - ago, .end = kNow - ago};
    return store_->add(event, {}).value();
  }
  // A row that says how large its files are. No camera: of an upload.
  std::int64_t take_bytes(std::optional<std::int64_t> camera, std::chrono::hours ago) {
    StoredEvent event{.uid = std::format("{}-{}", camera.value_or(0), ago.count()),
                      .camera_id = camera,
                      .kind = "zone",
                      .begin = kNow - ago,
                      .end = kNow - ago,
                      .size = 100};
    return events_->add(event).value();
  }
  RetentionPlan plan(const std::vector<RetentionRule>& rules, const BlobSpace& space = kRoom) {
    auto plan = retention_->plan(rules, kNow, space);
    EXPECT_TRUE(plan) << plan.error().message;
    return plan.value_or(RetentionPlan{});
  }
  // Hours ago of what goes, in order.
  static std::vector<int> hours_ago(const RetentionPlan& plan) {
    std::vector<int> hours;
    for (const Removal& removal : plan.removals) hours.push_back(static_cast<int>((kNow - removal.begin) / 1h));
    return hours;
  }

  std::unique_ptr<Database> database_;
  std::unique_ptr<DiskBlobs> blobs_;
  std::optional<SecretBox> box_;
  std::optional<Events> events_;
  std::optional<EventStore> store_;
  std::optional<Recordings> recordings_;
  std::optional<Retention> retention_;
  std::int64_t yard_ = 0, attic_ = 0;
};
VIGIL_ON_BOTH(RetentionTest);

TEST_P(RetentionTest, what_is_older_than_its_days_goes_and_what_is_pinned_stays) {
  for (const auto ago : {100h, 80h, 60h, 10h}) record(yard_, ago);
  record(attic_, 100h);
  ASSERT_TRUE(recordings_->set_pinned(yard_, kNow - 80h, kNow - 79h, true));
  const RetentionPlan of_yard = plan({{.camera_id = yard_, .days = 2}});
  EXPECT_THAT(hours_ago(of_yard), ElementsAre(100, 60));
  EXPECT_THAT(of_yard.in_force, testing::Contains(Says("for 2 days")));
  EXPECT_EQ(of_yard.in_force[0].camera_id, yard_);
  EXPECT_THAT(of_yard.removals[0].why, HasSubstr("2 days"));
  EXPECT_EQ(plan({{.days = 2}}).removals.size(), 3U) << "of every camera";
  EXPECT_EQ(recordings_->between(yard_, kNow - 1000h, kNow)->size(), 4U) << "a plan removes nothing";
  ASSERT_TRUE(retention_->apply(of_yard));
  EXPECT_EQ(recordings_->between(yard_, kNow - 1000h, kNow)->size(), 2U);
  EXPECT_EQ(blobs_->list("recordings")->size(), 3U);
}

TEST_P(RetentionTest, the_oldest_go_until_the_bytes_suffice) {
  for (const auto ago : {5h, 4h, 3h, 2h}) record(yard_, ago);
  EXPECT_THAT(hours_ago(plan({{.bytes = 250}})), ElementsAre(5, 4));
  EXPECT_THAT(hours_ago(plan({{.bytes = 400}})), IsEmpty());
}

TEST_P(RetentionTest, a_rule_of_one_camera_stands_in_place_of_the_general_one) {
  for (const auto camera : {yard_, attic_}) {
    record(camera, 500h);
    record(camera, 100h);
    take_bytes(camera, 500h);
  }
  take_bytes(std::nullopt, 400h);
  const RetentionPlan longer = plan({{.days = 2}, {.camera_id = yard_, .days = 10}});
  EXPECT_THAT(hours_ago(longer), testing::UnorderedElementsAre(500, 100, 500))
      << "of the yard only what is older than 10 days";
  EXPECT_THAT(longer.in_force, testing::Contains(Says("of each other camera")));
  EXPECT_EQ(plan({{.days = 2}, {.footage = Footage::kEvents, .camera_id = yard_, .days = 10}}).removals.size(), 5U)
      << "other footage is another matter";
  EXPECT_THAT(hours_ago(plan({{.footage = Footage::kEvents, .days = 2},
                              {.footage = Footage::kEvents, .camera_id = yard_, .bytes = 1000}})),
              testing::UnorderedElementsAre(500, 400))
      << "of the attic and of no camera";
}

TEST_P(RetentionTest, more_recordings_than_are_read_at_once_go_in_order) {
  const auto added = database_->write([&](soci::session& sql) { test::add_recordings(sql, yard_, kNow - 200h, 1100); });
  ASSERT_TRUE(added) << added.error().message;
  const RetentionPlan planned = plan({{.bytes = 50}});
  ASSERT_EQ(planned.removals.size(), 1050U);
  EXPECT_TRUE(std::ranges::is_sorted(planned.removals, {}, &Removal::begin));
}

TEST_P(RetentionTest, of_very_much_a_plan_holds_the_first_part_and_the_next_one_the_rest) {
  const int count = static_cast<int>(Retention::kMostRemovals) + 20;
  const auto added = database_->write([&](soci::session& sql) { test::add_recordings(sql, yard_, kNow - 200h, count); });
  ASSERT_TRUE(added) << added.error().message;
  happen("old", 100h);
  const std::vector<RetentionRule> rules{{.days = 1}};
  // The disk is full too, but what the rule lets go makes room before anything else has to.
  RetentionPlan planned = plan(rules, {.free = 0, .all = 1'000'000});
  ASSERT_EQ(planned.removals.size(), Retention::kMostRemovals);
  EXPECT_TRUE(planned.more);
  std::size_t gone = 0;
  planned.removals.resize(30);
  ASSERT_TRUE(retention_->apply(planned, [&](const Removal&) { ++gone; }));
  EXPECT_EQ(gone, 30U);
  planned = plan(rules);
  EXPECT_EQ(planned.removals.size(), Retention::kMostRemovals - 10);
  EXPECT_FALSE(planned.more);
}

TEST_P(RetentionTest, removing_ends_where_a_stop_is_requested) {
  for (const auto ago : {100h, 99h, 98h}) record(yard_, ago);
  std::stop_source stop;
  ASSERT_TRUE(retention_->apply(plan({{.days = 1}}), [&](const Removal&) { stop.request_stop(); }, stop.get_token()));
  EXPECT_EQ(recordings_->oldest(10)->size(), 2U);
}

TEST_P(RetentionTest, events_stay_where_letting_dismissed_ones_go_suffices) {
  take_bytes(yard_, 50h);
  for (const auto ago : {40h, 30h}) ASSERT_TRUE(events_->set_review(take_bytes(yard_, ago), Review::kDismissed));
  take_bytes(yard_, 20h);
  const RetentionRule most{.footage = Footage::kEvents, .bytes = 250};
  const RetentionRule dismissed{.footage = Footage::kDismissedEvents, .days = 1};
  EXPECT_THAT(hours_ago(plan({most, dismissed})), ElementsAre(40, 30));
  EXPECT_THAT(hours_ago(plan({most})), ElementsAre(50, 40));
}

TEST_P(RetentionTest, events_go_by_their_days_and_dismissed_ones_sooner) {
  happen("old", 1000h);
  const auto dismissed = happen("dismissed", 100h);
  happen("young", 100h);
  const auto pinned = happen("pinned", 2000h);
  ASSERT_TRUE(events_->set_pinned(pinned, true));
  ASSERT_TRUE(events_->set_review(dismissed, Review::kDismissed));
  const RetentionPlan planned =
      plan({{.footage = Footage::kEvents, .days = 30}, {.footage = Footage::kDismissedEvents, .days = 1}});
  EXPECT_THAT(hours_ago(planned), testing::UnorderedElementsAre(1000, 100));
  ASSERT_TRUE(retention_->apply(planned));
  EXPECT_THAT(*events_->uids(), ElementsAre("pinned", "young"));
  EXPECT_EQ(blobs_->list("events")->size(), 2U);
}

TEST_P(RetentionTest, events_go_until_the_bytes_of_each_camera_suffice) {
  using testing::UnorderedElementsAre;
  for (const auto ago : {50h, 40h, 30h}) take_bytes(yard_, ago);
  for (const auto ago : {45h, 35h}) take_bytes(attic_, ago);
  for (const auto ago : {48h, 38h}) take_bytes(std::nullopt, ago);
  ASSERT_TRUE(events_->set_pinned(take_bytes(yard_, 60h), true));
  ASSERT_TRUE(events_->set_review(take_bytes(yard_, 20h), Review::kDismissed));
  const RetentionRule two{.footage = Footage::kEvents, .bytes = 250};
  EXPECT_THAT(hours_ago(plan({two})), UnorderedElementsAre(50, 40, 30)) << "the pinned one counts, and stays";
  EXPECT_THAT(plan({two}).removals[0].why, HasSubstr("GB"));
  EXPECT_THAT(hours_ago(plan({{.footage = Footage::kEvents, .bytes = 150}})), UnorderedElementsAre(50, 40, 30, 20, 45, 48))
      << "uploads by themselves";
  EXPECT_THAT(hours_ago(plan({{.footage = Footage::kEvents, .camera_id = attic_, .bytes = 100}})), ElementsAre(45));
  EXPECT_THAT(hours_ago(plan({{.footage = Footage::kDismissedEvents, .bytes = 99}})), ElementsAre(20));
  EXPECT_THAT(hours_ago(plan({{.footage = Footage::kEvents, .days = 2, .bytes = 250}})), UnorderedElementsAre(50, 40, 30))
      << "what goes by its days counts";
  EXPECT_EQ(plan({two, two}).removals.size(), 3U) << "each goes once";
}

TEST_P(RetentionTest, a_disk_that_is_full_is_made_room_on_oldest_recordings_first) {
  for (const auto ago : {50h, 40h, 30h}) record(yard_, ago, 10'000'000);
  happen("a", 60h);
  // 5 %, which are ten gigabytes, are to be free: 18 megabytes are missing.
  constexpr std::uint64_t kAll = 200'000'000'000, kReserve = 10'000'000'000;
  const RetentionPlan planned = plan({}, {.free = kReserve - 18'000'000, .all = kAll});
  EXPECT_THAT(hours_ago(planned), ElementsAre(50, 40));
  EXPECT_THAT(planned.removals[0].why, HasSubstr("full"));
  EXPECT_THAT(planned.warning, DiskWarning::kNearlyFull) << "as long as footage goes for it";
  EXPECT_THAT(planned.in_force, ElementsAre(Says("5 %")));
  EXPECT_EQ(planned.reserve.bytes, kReserve);
  EXPECT_FALSE(planned.reserve.an_hour);
  EXPECT_THAT(hours_ago(plan({}, {.free = kReserve - 35'000'000, .all = kAll})), ElementsAre(50, 40, 30, 60))
      << "then events";
}

TEST_P(RetentionTest, warns_before_it_acts) {
  EXPECT_THAT(plan({}, {.free = 80'000, .all = 1'000'000}).warning, DiskWarning::kNearlyFull);
  EXPECT_THAT(plan({}, {.free = 10'000, .all = 1'000'000}).warning, DiskWarning::kFull);
  EXPECT_EQ(plan({}).warning, std::nullopt);
}

TEST_P(RetentionTest, an_hour_of_recording_stays_free_where_that_is_more) {
  record(yard_, 1h, 60);
  record(yard_, 0h, 60);  // of four seconds: 54,000 bytes in an hour, which are more than 5 %
  const RetentionPlan planned = plan({}, {.free = 53'950, .all = 1'000'000});
  EXPECT_THAT(planned.in_force, ElementsAre(Says("an hour of recording")));
  EXPECT_EQ(planned.reserve.bytes, 54'000U);
  EXPECT_TRUE(planned.reserve.an_hour);
  EXPECT_THAT(hours_ago(planned), ElementsAre(1));
}

TEST_P(RetentionTest, a_moment_of_recording_tells_of_no_rate) {
  record(yard_, 1h, 1'000'000, 40ms);
  EXPECT_EQ(plan({}, {.free = 1'000'000'000'000, .all = 1'000'000'000'000}).reserve.bytes, 50'000'000'000U) << "5 %";
  EXPECT_EQ(plan({}, {.free = 10'000'000'000, .all = 10'000'000'000}).reserve.bytes, 900'000'000U) << "as of four seconds";
}

TEST_P(RetentionTest, what_is_pinned_after_the_plan_was_made_stays) {
  record(yard_, 100h);
  const auto event = happen("a", 100h);
  const RetentionPlan planned = plan({{.days = 1}, {.footage = Footage::kEvents, .days = 1}});
  ASSERT_EQ(planned.removals.size(), 2U);
  ASSERT_TRUE(recordings_->set_pinned(yard_, kNow - 200h, kNow, true));
  ASSERT_TRUE(events_->set_pinned(event, true));
  ASSERT_TRUE(retention_->apply(planned, [](const Removal& gone) { ADD_FAILURE() << gone.why; }));
  EXPECT_EQ(blobs_->list("")->size(), 2U);
}

TEST_P(RetentionTest, rules_that_mean_nothing_are_refused) {
  for (const RetentionRule& rule : {RetentionRule{}, RetentionRule{.days = 0}, RetentionRule{.days = 999'999},
                                    RetentionRule{.bytes = 0}, RetentionRule{.footage = Footage::kEvents, .bytes = 0}}) {
    EXPECT_EQ(retention_->plan({rule}, kNow, kRoom).error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace vigil::archive
