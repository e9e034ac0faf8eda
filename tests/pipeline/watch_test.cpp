// The live line on a real RTSP server: alerts, outages in the middle of an event, evidence, drops, latency.
#include "pipeline/watch.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "media/source.h"
#include "pipeline/bright_scorer.h"
#include "pipeline/event_boxes.h"
#include "pipeline/live_queue.h"
#include "pipeline/recent_people.h"
#include "pipeline/walking_finder.h"
#include "support/rtsp_server.h"
#include "support/temp_dir.h"

namespace vigil::pipeline {
namespace {

namespace fs = std::filesystem;
using core::EventState;
using core::MediaDuration;
using core::MediaTime;
using media::StreamState;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

WatchOptions quick_options() {
  WatchOptions options;
  options.analysis.detector = {.threshold_on = 0.5, .threshold_off = 0.3, .merge_gap = MediaDuration::from_seconds(1)};
  options.analysis.smoothing = {};
  options.analysis.pre_roll = MediaDuration::from_seconds(1);
  options.analysis.post_roll = MediaDuration::from_seconds(1);
  options.frozen_after = MediaDuration::from_seconds(3);
  options.back_off = {.first = MediaDuration::from_seconds(0.2), .longest = MediaDuration::from_seconds(0.4)};
  options.status_every = MediaDuration::from_seconds(1);
  return options;
}

// A watch on a thread of its own, and all that it tells.
class Watching {
 public:
  Watching(ClipScorer& scorer, WatchRequest request) {
    request.stop = stop_.get_token();
    thread_ = std::jthread([this, &scorer, asked = std::move(request)] {
      const WatchSinks sinks{.on_event =
                                 [this](const WatchedEvent& event) {
                                   add(events_, event);
                                   return core::Status();
                                 },
                             .on_stream = [this](const media::StreamChange& change) { add(changes_, change); },
                             .on_status = [this](const WatchStatus& status) { add(statuses_, status); }};
      result_ = watch_stream(scorer, asked, sinks);
      const std::scoped_lock lock(mutex_);
      over_ = true;
      told_.notify_all();
    });
  }

  bool wait_for_event(EventState state, std::size_t count = 1) {
    return wait([&] { return count_of(state) >= count; });
  }
  bool wait_for_change(StreamState state, std::size_t count = 1) {
    return wait([&] {
      return std::ranges::count(changes_, state, &media::StreamChange::state) >= static_cast<std::ptrdiff_t>(count);
    });
  }

  core::Result<WatchSummary> stop() {
    stop_.request_stop();
    return end();
  }
  core::Result<WatchSummary> end() {
    thread_.join();
    return result_;
  }

  // After end() only.
  const std::vector<WatchedEvent>& events() const { return events_; }
  const std::vector<WatchStatus>& statuses() const { return statuses_; }

 private:
  template <typename T>
  void add(std::vector<T>& list, const T& item) {
    const std::scoped_lock lock(mutex_);
    list.push_back(item);
    told_.notify_all();
  }
  std::size_t count_of(EventState state) const {
    return static_cast<std::size_t>(std::ranges::count(events_, state, &WatchedEvent::state));
  }
  template <typename Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex_);
    told_.wait_for(lock, std::chrono::minutes(3), [&] { return over_ || condition(); });
    return condition();
  }

  std::mutex mutex_;
  std::condition_variable told_;
  std::vector<WatchedEvent> events_;
  std::vector<media::StreamChange> changes_;
  std::vector<WatchStatus> statuses_;
  bool over_ = false;
  core::Result<WatchSummary> result_ = core::fail(core::ErrorCode::kInternal, "not over");
  std::stop_source stop_;
  std::jthread thread_;
};

WatchRequest request(const std::string& url, const fs::path& out) {
  return {.url = url, .out = out, .options = quick_options(), .stop = {}};
}

double brightness_of(const fs::path& picture) {
  auto source = media::Source::open(picture.string(), {.format = media::PixelFormat::kGray8});
  auto frame = source ? (*source)->read() : core::Result<std::optional<media::Frame>>(std::nullopt);
  if (!frame || !*frame) return -1;
  const media::Plane plane = (*frame)->plane(0);
  double sum = 0;
  for (int y = 0; y < (*frame)->height_px(); ++y) {
    for (int x = 0; x < (*frame)->width_px(); ++x)
      sum += plane.data[static_cast<std::ptrdiff_t>(y) * plane.stride_bytes + x];
  }
  return sum / ((*frame)->height_px() * (*frame)->width_px());
}

std::size_t frames_in(const fs::path& clip) {
  auto source = media::Source::open(clip.string());
  if (!source) return 0;
  std::size_t frames = 0;
  for (auto frame = (*source)->read(); frame && *frame; frame = (*source)->read()) ++frames;
  return frames;
}

TEST(Watch, tells_an_event_while_it_lasts_and_saves_it_when_it_has_ended) {
  const test::TempDir dir;
  const test::RtspServer camera(test::bright_video({.seconds = 40, .white = "between(t,4,8)", .name = "watched.mp4"}));
  test::BrightScorer scorer;
  Watching watching(scorer, request(camera.url(), dir / "out"));
  ASSERT_TRUE(watching.wait_for_event(EventState::kConfirmed));
  EXPECT_FALSE(fs::exists(dir / "out/events.jsonl")) << "it is not over";
  ASSERT_TRUE(watching.wait_for_event(EventState::kEnded));
  const auto summary = watching.stop();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_TRUE(summary->interrupted);
  EXPECT_EQ(summary->events, 1);
  ASSERT_EQ(watching.events().size(), 2U);
  const EventRecord& saved = watching.events()[1].record;
  EXPECT_EQ(watching.events()[0].record.event.id, saved.event.id);
  EXPECT_NEAR(saved.event.first_violent.seconds(), 4, 0.3);
  EXPECT_TRUE(saved.notes.empty()) << saved.notes.front();
  ASSERT_TRUE(saved.clip);
  EXPECT_GE(frames_in(dir / "out" / saved.clip->file), 100U);
  EXPECT_LE(saved.clip->begin, saved.event.begin);
  EXPECT_GE(saved.clip->end + MediaDuration::from_seconds(0.1), saved.event.end + MediaDuration::from_seconds(1));
  ASSERT_TRUE(saved.poster);
  EXPECT_NEAR(saved.poster->time.seconds(), saved.event.first_violent.seconds(), 0.05);
  EXPECT_TRUE(fs::exists(dir / "out" / saved.poster->file));
  const json line = json::parse(core::read_file(dir / "out/events.jsonl").value_or(""));
  EXPECT_EQ(line["state"], "ended");
  EXPECT_EQ(line["event"]["clip"]["file"], saved.clip->file);
  EXPECT_FALSE(watching.statuses().empty());
  EXPECT_TRUE(fs::is_empty(dir / "out/live")) << "the ring goes with the watch";
}

TEST(Watch, a_camera_that_is_lost_ends_the_event_and_its_clip_plays_and_it_comes_back) {
  const test::TempDir dir;
  test::RtspServer camera(test::bright_video({.seconds = 60, .white = "gte(t,3)", .name = "lasting.mp4"}));
  test::BrightScorer scorer;
  Watching watching(scorer, request(camera.url(), dir / "out"));
  ASSERT_TRUE(watching.wait_for_event(EventState::kConfirmed));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  camera.kill();
  ASSERT_TRUE(watching.wait_for_change(StreamState::kLost));
  ASSERT_TRUE(watching.wait_for_event(EventState::kEnded)) << "while the camera is away";
  camera.start();
  ASSERT_TRUE(watching.wait_for_change(StreamState::kConnected, 2));
  ASSERT_TRUE(watching.wait_for_event(EventState::kConfirmed, 2)) << "it sees again";
  ASSERT_TRUE(watching.stop());
  // The stop ended the second event and saved it too.
  ASSERT_EQ(watching.events().size(), 4U);
  for (const std::size_t i : {1U, 3U}) {
    const EventRecord& saved = watching.events()[i].record;
    EXPECT_EQ(watching.events()[i].state, EventState::kEnded);
    ASSERT_TRUE(saved.clip) << saved.notes.front();
    EXPECT_GE(frames_in(dir / "out" / saved.clip->file), 40U);
    EXPECT_TRUE(saved.poster);
  }
  EXPECT_GT(watching.events()[2].record.event.begin, watching.events()[1].record.event.end);
  EXPECT_GT(watching.events()[2].time, watching.events()[0].time);
}

TEST(Watch, a_blip_shorter_than_events_may_pause_leaves_one_event) {
  const test::TempDir dir;
  test::RtspServer camera(test::bright_video({.seconds = 60, .white = "1", .name = "white.mp4"}));
  test::BrightScorer scorer;
  WatchRequest asked = request(camera.url(), dir / "out");
  asked.options.analysis.detector.merge_gap = MediaDuration::from_seconds(30);
  Watching watching(scorer, std::move(asked));
  ASSERT_TRUE(watching.wait_for_event(EventState::kConfirmed));
  camera.kill();
  ASSERT_TRUE(watching.wait_for_change(StreamState::kLost));
  camera.start();
  ASSERT_TRUE(watching.wait_for_change(StreamState::kConnected, 2));
  std::this_thread::sleep_for(std::chrono::seconds(4));
  ASSERT_TRUE(watching.stop());
  ASSERT_EQ(watching.events().size(), 2U);
  const EventRecord& saved = watching.events()[1].record;
  ASSERT_TRUE(saved.clip) << saved.notes.front();
  EXPECT_EQ(saved.clip->begin, MediaTime()) << "with the camera's first picture";
  EXPECT_EQ(saved.poster->time, MediaTime());
  EXPECT_GE(frames_in(dir / "out" / saved.clip->file), 100U);
}

TEST(Watch, a_frozen_camera_ends_the_event_and_is_noticed) {
  const test::TempDir dir;
  test::RtspServer camera(test::bright_video({.seconds = 60, .white = "gte(t,2)", .name = "lasting.mp4"}));
  test::BrightScorer scorer;
  Watching watching(scorer, request(camera.url(), dir / "out"));
  ASSERT_TRUE(watching.wait_for_event(EventState::kConfirmed));
  camera.freeze();
  ASSERT_TRUE(watching.wait_for_event(EventState::kEnded));
  ASSERT_TRUE(watching.wait_for_change(StreamState::kFrozen));
  camera.thaw();
  ASSERT_TRUE(watching.wait_for_change(StreamState::kConnected, 2));
  ASSERT_TRUE(watching.stop());
}

TEST(Watch, drops_the_oldest_when_it_cannot_keep_up_and_says_how_many) {
  const test::TempDir dir;
  const auto video = test::bright_video({.seconds = 8, .white = "0", .name = "behind.mp4"});
  test::BrightScorer slow({.delay = std::chrono::milliseconds(600)});
  WatchRequest asked = request(video.string(), dir / "out");
  asked.realtime = true;
  asked.options.analysis.stride = MediaDuration::from_seconds(0.1);
  Watching watching(slow, std::move(asked));
  const auto summary = watching.end();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_FALSE(summary->interrupted);
  EXPECT_EQ(summary->frames, 200U) << "the camera was not kept waiting";
  EXPECT_GT(summary->dropped, 20U);
  EXPECT_EQ(static_cast<std::uint64_t>(slow.windows_scored()) + summary->dropped, 61U)
      << "windows of 2 s every 0.1 s in 8 s";
}

TEST(Watch, follows_people_and_tells_what_rules_say_of_them) {
  const test::TempDir dir;
  const auto video = test::walking_video("passer.mp4", 8, {"x=20+t*30:y=100"});
  test::BrightScorer scorer;
  test::WalkingFinder finder;
  WatchRequest asked = request(video.string(), dir / "out");
  asked.realtime = true;
  asked.people = &finder;
  auto rules = behavior::parse_rules(R"(
    [[zone]]
    name = "right half"
    polygon = [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]
    [[rule]]
    name = "nobody there"
    kind = "zone"
    zone = "right half"
  )",
                                     "rules.toml");
  ASSERT_TRUE(rules) << rules.error().message;
  asked.options.analysis.rules = std::move(*rules);
  Watching watching(scorer, std::move(asked));
  const auto summary = watching.end();
  ASSERT_TRUE(summary) << summary.error().message;
  ASSERT_EQ(watching.events().size(), 2U);
  const WatchedEvent& ended = watching.events()[1];
  EXPECT_EQ(ended.record.event.kind, "zone");
  EXPECT_EQ(ended.record.event.rule, "nobody there");
  ASSERT_TRUE(ended.record.clip) << ended.record.notes.front();
  EXPECT_GE(finder.frames_seen(), 60);

  // The boxes lie where the square is in the clip itself; it moves 30 pixels a second from 20.
  const fs::path out = dir / "out";
  const auto boxes = read_people(out / ended.record.boxes, MediaTime(), MediaTime::max(), 1000);
  ASSERT_TRUE(boxes) << boxes.error().message;
  EXPECT_GE(boxes->size(), 30U);
  for (const core::FramePeople& frame : *boxes) {
    EXPECT_GE(frame.time, ended.record.clip->begin);
    EXPECT_LE(frame.time, ended.record.clip->end);
    for (const core::TrackedPerson& person : frame.people) {
      EXPECT_NEAR(person.track.box.left, 20 + 30 * frame.time.seconds(), 6);
    }
  }
  ASSERT_EQ(ended.record.people.size(), 1U);
  ASSERT_FALSE(ended.record.people[0].crops.empty());
  for (const PictureEvidence& crop : ended.record.people[0].crops) {
    EXPECT_GE(crop.time, ended.record.event.begin);
    EXPECT_GT(brightness_of(out / crop.file), 150) << "it shows the white square, which goes on: " << crop.file;
  }
  const std::string page = core::read_file(out / ended.record.page).value_or("");
  EXPECT_THAT(page, testing::HasSubstr(ended.record.clip->file));
  EXPECT_THAT(page, testing::HasSubstr("\"boxes\":[["));
  EXPECT_THAT(page, testing::Not(testing::HasSubstr("\"started_at\":null"))) << "the clock on the wall is known";
}

core::FramePeople people_at(double seconds) { return {.time = MediaTime::from_seconds(seconds), .people = {}}; }

TEST(RecentPeople, keeps_a_stretch_and_more_while_an_event_is_open) {
  RecentPeople recent(MediaDuration::from_seconds(10));
  EXPECT_FALSE(recent.until());
  for (int i = 0; i <= 20; ++i) recent.push(people_at(i));
  EXPECT_EQ(recent.between(MediaTime(), MediaTime::max()).size(), 11U);
  recent.keep_from(MediaTime::from_seconds(12));
  for (int i = 21; i <= 40; ++i) recent.push(people_at(i));
  const auto open = recent.between(MediaTime::from_seconds(12), MediaTime::from_seconds(15));
  ASSERT_EQ(open.size(), 4U);
  EXPECT_EQ(open.front().time, MediaTime::from_seconds(12));
  recent.keep_from({});
  recent.push(people_at(41));
  EXPECT_EQ(recent.between(MediaTime(), MediaTime::max()).size(), 11U);
  EXPECT_EQ(recent.until(), MediaTime::from_seconds(41));
}

TEST(RecentPeople, does_not_grow_however_long_an_event_lasts) {
  RecentPeople recent(MediaDuration::from_seconds(1));
  recent.keep_from(MediaTime());
  for (std::size_t i = 0; i < RecentPeople::kMostFrames + 500; ++i) recent.push(people_at(0.1 * static_cast<double>(i)));
  EXPECT_EQ(recent.between(MediaTime(), MediaTime::max()).size(), RecentPeople::kMostFrames);
}

// Alert latency: printed, not judged; bench/README.md has the figures of a quiet machine.
TEST(Watch, measures_how_long_after_the_first_violent_frame_the_alert_comes) {
  const test::TempDir dir;
  const test::RtspServer camera(
      test::bright_video({.seconds = 40, .white = "gte(mod(t,8),4)", .rate = "25", .name = "again.mp4"}));
  test::BrightScorer scorer;
  Watching watching(scorer, request(camera.url(), dir / "out"));
  ASSERT_TRUE(watching.wait_for_event(EventState::kConfirmed, 3));
  ASSERT_TRUE(watching.stop());
  std::vector<double> latencies;
  for (const WatchedEvent& event : watching.events()) {
    if (event.state == EventState::kConfirmed) latencies.push_back(event.latency.seconds());
  }
  ASSERT_GE(latencies.size(), 3U);
  for (const double latency : latencies) {
    std::cout << "alert " << latency << " s after the first violent frame (window: 2 s)\n";
    EXPECT_GT(latency, 0);
  }
}

TEST(Watch, says_what_it_cannot_watch) {
  const test::TempDir dir;
  test::BrightScorer scorer;
  EXPECT_EQ(watch_stream(scorer, request("/nowhere/camera", dir / "out"), {}).error().code, core::ErrorCode::kNotFound);
  const auto video = test::bright_video({.seconds = 8, .white = "0", .name = "behind.mp4"});
  EXPECT_EQ(watch_stream(scorer, request(video.string(), dir / "out"), {}).error().code, core::ErrorCode::kInvalidArgument);
  WatchRequest wrong = request(video.string(), dir / "out");
  wrong.options.analysis.stride = {};
  EXPECT_EQ(watch_stream(scorer, wrong, {}).error().code, core::ErrorCode::kInvalidArgument);
}

AssembledWindow window_until(double end) {
  return {.begin = MediaTime::from_seconds(end - 2), .end = MediaTime::from_seconds(end), .frames = {}};
}

TEST(LiveQueue, gives_the_oldest_and_keeps_the_newest_of_each_kind) {
  const auto video = test::bright_video({.seconds = 8, .white = "0", .name = "behind.mp4"});
  auto source = media::Source::open(video.string());
  ASSERT_TRUE(source);
  LiveQueue queue;
  EXPECT_FALSE(queue.next(std::chrono::milliseconds(1)));
  EXPECT_FALSE(queue.done());
  for (const double end : {2.0, 2.5, 3.0, 3.5, 4.0, 4.5}) queue.push(window_until(end));
  for (int i = 0; i < 100; ++i) queue.push(std::move(*(*source)->read().value()));
  queue.close();
  EXPECT_EQ(queue.dropped(), 4U + 97U);
  std::vector<double> windows;
  std::vector<double> frames;
  std::vector<double> all;
  while (auto item = queue.next(std::chrono::minutes(1))) {
    const auto* window = std::get_if<AssembledWindow>(&*item);
    all.push_back(window ? window->end.seconds() : std::get<media::Frame>(*item).pts().seconds());
    (window ? windows : frames).push_back(all.back());
  }
  EXPECT_TRUE(queue.done());
  EXPECT_THAT(windows, testing::ElementsAre(4.0, 4.5));
  EXPECT_THAT(frames, testing::ElementsAre(testing::DoubleNear(3.88, 0.001), testing::DoubleNear(3.92, 0.001),
                                           testing::DoubleNear(3.96, 0.001)));
  EXPECT_TRUE(std::ranges::is_sorted(all));
}

TEST(WatchLines, are_one_object_each) {
  WatchedEvent event{
      .state = EventState::kConfirmed,
      .time = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + std::chrono::milliseconds(120)),
      .latency = MediaDuration::from_seconds(1.5),
      .record = {}};
  event.record.event.id = 3;
  event.record.event.kind = core::kViolence;
  const json told = json::parse(event_line(event));
  EXPECT_EQ(told["state"], "confirmed");
  EXPECT_EQ(told["time"], "2026-11-26T00:00:00.120Z");
  EXPECT_EQ(told["latency_s"], 1.5);
  EXPECT_EQ(told["event"]["id"], 3);
  EXPECT_EQ(told["event"]["clip"], nullptr);
  const json change = json::parse(stream_line({.state = StreamState::kReconnecting,
                                               .reason = "rtsp://***@camera/: refused",
                                               .wait = MediaDuration::from_seconds(2),
                                               .time = MediaTime::from_seconds(7)},
                                              event.time));
  EXPECT_EQ(change["what"], "reconnecting");
  EXPECT_EQ(change["wait_s"], 2.0);
  EXPECT_EQ(change["at_s"], 7.0);
  const json status =
      json::parse(status_line({.time = event.time, .fps = 24.96, .dropped = 2, .delay_p95 = 0.3, .frames = 9}));
  EXPECT_EQ(status["fps"], 25.0);
  EXPECT_EQ(status["dropped"], 2);
}

}  // namespace
}  // namespace vigil::pipeline
