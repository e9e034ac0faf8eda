// People from pixels to tracks.jsonl and annotated.mp4, with a finder whose answer can be worked out.
#include <cmath>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "media/frame_rate.h"
#include "media/source.h"
#include "pipeline/analysis.h"
#include "pipeline/analysis_files.h"
#include "pipeline/bright_scorer.h"
#include "pipeline/people_curve.h"
#include "pipeline/people_log.h"
#include "pipeline/walking_finder.h"
#include "support/json_schema.h"
#include "support/temp_dir.h"

namespace vigil::pipeline {
namespace {

namespace fs = std::filesystem;
using core::MediaDuration;
using core::MediaTime;
using nlohmann::json;
using test::BrightScorer;
using test::WalkingFinder;

AnalysisRecord analyze(const fs::path& video, const fs::path& out, const AnalysisOptions& options = {}) {
  BrightScorer scorer;
  WalkingFinder finder;
  auto record = analyze_video(
      scorer, {.input = video.string(), .people = &finder, .out = out, .options = options, .stop = {}, .progress = {}});
  EXPECT_TRUE(record.has_value()) << record.error().message;
  return record.value_or(AnalysisRecord{});
}

std::vector<core::FramePeople> tracks_in(const fs::path& folder) {
  std::vector<core::FramePeople> frames;
  auto reader = PeopleReader::open(folder / AnalysisFiles::kTracks);
  EXPECT_TRUE(reader);
  while (auto frame = reader->next()) frames.push_back(std::move(*frame));
  return frames;
}

fs::path two_walkers() { return test::walking_video("walkers.mp4", 4, {"x=20+t*40:y=40", "x=280-t*40:y=150"}); }

TEST(PeopleLine, follows_everyone_from_the_first_frame_to_the_last) {
  const test::TempDir dir;
  const AnalysisRecord record = analyze(two_walkers(), dir / "out");
  const auto frames = tracks_in(dir / "out");
  ASSERT_EQ(frames.size(), 40U) << "10 of 25 frames a second";
  std::set<std::int64_t> ids;
  for (const core::FramePeople& frame : frames) {
    ASSERT_EQ(frame.people.size(), 2U) << core::format_clock(frame.time);
    for (const core::TrackedPerson& person : frame.people) {
      ids.insert(person.track.id);
      const bool upper = person.track.box.top < 100;
      const double x = upper ? 20 + frame.time.seconds() * 40 : 280 - frame.time.seconds() * 40;
      EXPECT_NEAR(person.track.box.left, x, 6) << core::format_clock(frame.time);
      ASSERT_TRUE(person.pose);
      EXPECT_NEAR((*person.pose)[core::KeyPoint::kNose].x, x + 16, 3);
    }
  }
  EXPECT_EQ(ids.size(), 2U);
  ASSERT_TRUE(record.people);
  EXPECT_EQ(record.people->stats.people, 2U);
  EXPECT_EQ(record.people->stats.most_at_once, 2U);
}

TEST(PeopleLine, events_json_says_what_was_found) {
  const test::TempDir dir;
  analyze(two_walkers(), dir / "out");
  const json document = json::parse(core::read_file(dir / "out/events.json").value_or("null"));
  const json schema = json::parse(core::read_file(VIGIL_SOURCE_DIR "/docs/events.schema.json").value_or("null"));
  EXPECT_THAT(test::schema_violations(schema, document), testing::IsEmpty());
  EXPECT_EQ(document["files"]["tracks"], "tracks.jsonl");
  EXPECT_EQ(document["people"]["detector"], "white squares");
  EXPECT_EQ(document["people"]["embedder"], nullptr);
  EXPECT_EQ(document["people"]["people"], 2);
  EXPECT_EQ(document["people"]["frames"], 40);
  EXPECT_EQ(document["people"]["most_at_once"], 2);
  EXPECT_EQ(document["people"]["most_at_s"], 0.0);
  EXPECT_EQ(document["people"]["mean"], 2.0);
}

TEST(PeopleLine, says_when_there_are_most_people_and_how_many_on_average) {
  const test::TempDir dir;
  // The second of four seconds has a second walker.
  const AnalysisRecord record =
      analyze(test::walking_video("visitor.mp4", 4, {"x=20+t*40:y=40", "x='if(between(t,1,1.99),280-t*40,-100)':y=150"}),
              dir / "out");
  ASSERT_TRUE(record.people);
  EXPECT_EQ(record.people->stats.most_at_once, 2U);
  EXPECT_NEAR(record.people->stats.most_at.seconds(), 1, 0.11);
  EXPECT_NEAR(record.people->stats.mean, 1.25, 0.03);
  const AnalysisRecord nobody = analyze(test::walking_video("nobody.mp4", 2, {"x=-100:y=0"}), dir / "nobody");
  ASSERT_TRUE(nobody.people);
  EXPECT_EQ(nobody.people->stats.mean, 0);
  const json document = json::parse(core::read_file(dir / "nobody/events.json").value_or("null"));
  EXPECT_EQ(document["people"]["most_at_s"], nullptr);
}

TEST(PeopleCurve, says_how_many_there_were_at_most_and_at_least) {
  PeopleCurve curve(2);
  for (int i = 0; i < 4; ++i) {
    core::FramePeople frame{.time = MediaTime::from_seconds(i), .people = {}};
    frame.people.resize(i == 2 ? 5 : 1);
    curve.push(frame);
  }
  ASSERT_EQ(curve.points().size(), 2U);
  EXPECT_EQ(curve.points()[0].most, 1U);
  EXPECT_EQ(curve.points()[1].begin, MediaTime::from_seconds(2));
  EXPECT_EQ(curve.points()[1].end, MediaTime::from_seconds(3));
  EXPECT_EQ(curve.points()[1].least, 1U);
  EXPECT_EQ(curve.points()[1].most, 5U);
}

TEST(PeopleLine, every_line_is_as_the_schema_says) {
  const test::TempDir dir;
  analyze(two_walkers(), dir / "out");
  const json schema = json::parse(core::read_file(VIGIL_SOURCE_DIR "/docs/tracks.schema.json").value_or("null"));
  std::ifstream lines(dir / "out/tracks.jsonl");
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_THAT(test::schema_violations(schema, json::parse(line)), testing::IsEmpty()) << line;
  }
  EXPECT_EQ(count, 40);
}

TEST(PeopleLine, the_same_bytes_whatever_the_batches_and_decoder_threads) {
  const test::TempDir dir;
  std::set<std::string> texts;
  for (const auto& [batch, threads] : {std::pair{1, 1}, {3, 2}, {8, 4}, {64, 2}}) {
    AnalysisOptions options;
    options.decoder_threads = threads;
    options.people.batch_frames = batch;
    const fs::path out = dir / std::to_string(batch);
    analyze(two_walkers(), out, options);
    texts.insert(core::read_file(out / AnalysisFiles::kTracks).value());
  }
  EXPECT_EQ(texts.size(), 1U);
}

TEST(PeopleLine, who_is_hidden_for_a_moment_is_drawn_on_a_straight_line) {
  // Gone for 0.6 of a second in the middle.
  const test::TempDir dir;
  analyze(test::walking_video("hidden.mp4", 4, {"x='if(between(t,1.9,2.5),-100,20+t*40)':y=100"}), dir / "out");
  int hidden = 0;
  std::set<std::int64_t> ids;
  for (const core::FramePeople& frame : tracks_in(dir / "out")) {
    ASSERT_EQ(frame.people.size(), 1U) << core::format_clock(frame.time);
    const core::Track& track = frame.people[0].track;
    ids.insert(track.id);
    EXPECT_NEAR(track.box.left, 20 + frame.time.seconds() * 40, 8);
    if (track.detection) continue;
    ++hidden;
    EXPECT_FALSE(frame.people[0].pose);
  }
  EXPECT_EQ(ids.size(), 1U);
  EXPECT_GE(hidden, 5);
}

TEST(PeopleLine, still_frames_are_not_looked_at_and_people_stay) {
  const test::TempDir dir;
  const fs::path video = test::walking_video("standing.mp4", 4, {"x=100:y=100"});
  BrightScorer scorer;
  const auto run = [&](const fs::path& out, bool gate) {
    WalkingFinder finder;
    AnalysisOptions options;
    if (!gate) options.people.motion_gate.reset();
    const auto record = analyze_video(
        scorer, {.input = video.string(), .people = &finder, .out = out, .options = options, .stop = {}, .progress = {}});
    EXPECT_TRUE(record) << record.error().message;
    EXPECT_EQ(record->people->stats.looked_at, static_cast<std::uint64_t>(finder.frames_seen()));
    EXPECT_EQ(record->people->stats.looked_at + record->people->stats.still, 40U);
    return finder.frames_seen();
  };
  EXPECT_EQ(run(dir / "gated", true), 2);
  EXPECT_EQ(run(dir / "all", false), 40);
  for (const core::FramePeople& frame : tracks_in(dir / "gated")) EXPECT_EQ(frame.people.size(), 1U);
}

TEST(PeopleLine, regions_say_where_people_count) {
  const test::TempDir dir;
  AnalysisOptions options;
  options.people.regions = {*core::Region::parse("0,0.5 1,0.5 1,1 0,1")};
  analyze(two_walkers(), dir / "lower", options);
  for (const core::FramePeople& frame : tracks_in(dir / "lower")) {
    ASSERT_EQ(frame.people.size(), 1U);
    EXPECT_GT(frame.people[0].track.box.top, 100);
  }
  options.people.ignored = options.people.regions;
  analyze(two_walkers(), dir / "nobody", options);
  for (const core::FramePeople& frame : tracks_in(dir / "nobody")) EXPECT_TRUE(frame.people.empty());
}

TEST(PeopleLine, without_a_finder_there_are_no_tracks) {
  const test::TempDir dir;
  BrightScorer scorer;
  const auto record = analyze_video(
      scorer, {.input = two_walkers().string(), .out = dir / "out", .options = {}, .stop = {}, .progress = {}});
  ASSERT_TRUE(record);
  EXPECT_FALSE(record->people);
  EXPECT_FALSE(fs::exists(dir / "out/tracks.jsonl"));
  EXPECT_EQ(json::parse(core::read_file(dir / "out/events.json").value())["people"], nullptr);
}

// The mean luma of a frame's square of 9 pixels around (x, y).
double luma_at(const media::Frame& frame, int x, int y) {
  const media::Plane luma = frame.plane(0);
  double sum = 0;
  for (int dy = -4; dy <= 4; ++dy) {
    for (int dx = -4; dx <= 4; ++dx) sum += luma.data[(y + dy) * luma.stride_bytes + x + dx];
  }
  return sum / 81;
}

TEST(PeopleLine, the_annotated_video_shows_boxes_where_the_people_are) {
  const test::TempDir dir;
  const fs::path video = test::walking_video("one.mp4", 3, {"x=20+t*60:y=100"});
  AnalysisOptions options;
  options.annotate = true;
  analyze(video, dir / "out", options);
  auto plain = media::Source::open(video.string());
  auto drawn = media::Source::open((dir / "out/annotated.mp4").string());
  ASSERT_TRUE(plain && drawn);
  int marked = 0;
  int frames = 0;
  for (;; ++frames) {
    const auto before = (*plain)->read().value();
    const auto after = (*drawn)->read().value();
    if (!before || !after) break;
    // The tab with the number lies on the grey above the square, and moves with it on every frame.
    const int x = static_cast<int>(20 + before->pts().seconds() * 60) + 5;
    marked += std::abs(luma_at(*after, x, 93) - luma_at(*before, x, 93)) > 8 ? 1 : 0;
  }
  EXPECT_EQ(frames, 75);
  EXPECT_GE(marked, 70);
}

TEST(PeopleLog, gives_back_what_was_written) {
  const test::TempDir dir;
  core::FramePeople frame{.time = MediaTime::from_us(1'234'567), .people = {}};
  core::TrackedPerson person{.track = {}, .pose = core::Pose{}};
  person.track.id = 7;
  person.track.box = {.left = 1.25F, .top = -3, .width = 10.5F, .height = 20};
  person.track.score = 0.8125F;
  person.track.detection = 3;
  (*person.pose)[core::KeyPoint::kRightAnkle] = {.x = 5, .y = 6.5F, .score = 0.25F};
  core::TrackedPerson hidden;
  hidden.track.id = 9;
  hidden.track.box = {.width = 4, .height = 5};
  frame.people = {person, hidden};
  {
    auto log = PeopleLog::create(dir / "tracks.jsonl");
    ASSERT_TRUE(log);
    ASSERT_TRUE(log->append(frame));
    ASSERT_TRUE(log->append({.time = MediaTime::from_seconds(2), .people = {}}));
    ASSERT_TRUE(log->sync());
  }
  auto reader = PeopleReader::open(dir / "tracks.jsonl");
  ASSERT_TRUE(reader);
  const auto first = reader->next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->time, frame.time);
  ASSERT_EQ(first->people.size(), 2U);
  EXPECT_EQ(first->people[0].track.id, 7);
  EXPECT_NEAR(first->people[0].track.box.left, 1.25, 0.06);
  EXPECT_NEAR(first->people[0].track.score, 0.8125, 0.001);
  EXPECT_TRUE(first->people[0].track.detection);
  ASSERT_TRUE(first->people[0].pose);
  EXPECT_FLOAT_EQ((*first->people[0].pose)[core::KeyPoint::kRightAnkle].y, 6.5F);
  EXPECT_FALSE(first->people[1].track.detection);
  EXPECT_FALSE(first->people[1].pose);
  const auto second = reader->next();
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->people.empty());
  EXPECT_FALSE(reader->next());
}

TEST(PeopleLog, a_line_cut_off_by_a_kill_ends_the_reading) {
  const test::TempDir dir;
  ASSERT_TRUE(core::write_file_atomically(dir / "tracks.jsonl", "{\"time_s\":0.1,\"people\":[]}\n{\"time_s\":0.2,\"peo"));
  auto reader = PeopleReader::open(dir / "tracks.jsonl");
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->next());
  EXPECT_FALSE(reader->next());
}

int due_of_100(double stream_fps, double wanted) {
  media::FrameRate rate(wanted);
  int count = 0;
  for (int i = 0; i < 100; ++i) count += rate.due(MediaTime::from_us(std::llround(i * 1e6 / stream_fps))) ? 1 : 0;
  return count;
}

TEST(FrameRate, is_kept_on_average_and_never_exceeded) {
  EXPECT_EQ(due_of_100(10, 10), 100);
  EXPECT_EQ(due_of_100(25, 10), 40);
  EXPECT_EQ(due_of_100(30, 10), 34);
  EXPECT_EQ(due_of_100(29.97, 10), 34);
  EXPECT_EQ(due_of_100(5, 10), 100);
}

TEST(FrameRate, begins_anew_after_a_gap) {
  media::FrameRate rate(10);
  EXPECT_TRUE(rate.due(MediaTime::from_seconds(0)));
  EXPECT_TRUE(rate.due(MediaTime::from_seconds(5.03)));
  EXPECT_FALSE(rate.due(MediaTime::from_seconds(5.1)));
  EXPECT_TRUE(rate.due(MediaTime::from_seconds(5.13)));
}

TEST(PeopleOptions, are_checked) {
  EXPECT_TRUE(PeopleOptions{}.validate());
  EXPECT_FALSE(PeopleOptions{.batch_frames = 0}.validate());
  EXPECT_FALSE((PeopleOptions{.history = {.fill_gaps = MediaDuration::from_seconds(5)}}.validate()));
  EXPECT_FALSE((PeopleOptions{.motion_gate = vision::MotionGateOptions{.blocks = 0}}.validate()));
}

}  // namespace
}  // namespace vigil::pipeline
