// Evidence of an event and of its people, from a video whose every pixel is known: two walkers, of whom the upper one is
// violent while the lower one stops.
#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "behavior/rule_file.h"
#include "core/atomic_file.h"
#include "media/source.h"
#include "pipeline/analysis.h"
#include "pipeline/analysis_files.h"
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

constexpr double kBegin = 3, kEnd = 6;  // of the violence, seconds

// Violent are windows whose middle lies in [kBegin, kEnd), and in them people in the upper half.
class UpperScorer : public ClipScorer {
 public:
  UpperScorer() {
    info_ = {.name = "upper",
             .window = MediaDuration::from_seconds(2),
             .frames = 16,
             .frame_interval = {},
             .input_size = media::FitShortSide{32},
             .format = media::PixelFormat::kGray8,
             .positive_class = "violence",
             .negative_class = "non-violence"};
  }
  const vision::ClipClassifierInfo& info() const override { return info_; }
  std::string person_model() const override { return "upper people"; }
  core::Result<std::vector<double>> score(const std::vector<vision::FrameWindow>& windows) override {
    return std::vector<double>(windows.size(), 0);
  }
  core::Result<std::vector<vision::SceneScore>> judge(const std::vector<vision::SceneWindow>& windows) override {
    std::vector<vision::SceneScore> scores;
    for (const vision::SceneWindow& window : windows) {
      const double middle = window.begin.seconds() + 1;
      const bool violent = middle >= kBegin && middle < kEnd;
      vision::SceneScore score{.scene = violent ? 0.9 : 0.1, .people = {}};
      if (!window.people.empty()) {
        people_seen_until_ = std::max(people_seen_until_, window.people.back().time);
        for (const core::TrackedPerson& person : window.people.back().people) {
          const bool upper = person.track.box.center_y() < 120;
          score.people.push_back({.id = person.track.id, .score = violent && upper ? 0.95 : 0.05});
        }
      }
      scores.push_back(std::move(score));
    }
    return scores;
  }

  MediaTime people_seen_until_;

 private:
  vision::ClipClassifierInfo info_;
};

fs::path walkers() { return test::walking_video("evidence.mp4", 9, {"x=20+t*20:y=40", "x=280-t*20:y=150"}); }

struct Result {
  AnalysisRecord record;
  json document;
};

Result analyze(const fs::path& out, AnalysisOptions options = {}, vision::FaceFinder* faces = nullptr) {
  UpperScorer scorer;
  test::WalkingFinder finder;
  options.smoothing = {};
  auto record = analyze_video(scorer, {.input = walkers().string(),
                                       .people = &finder,
                                       .faces = faces,
                                       .out = out,
                                       .options = options,
                                       .stop = {},
                                       .progress = {}});
  EXPECT_TRUE(record.has_value()) << record.error().message;
  const auto text = core::read_file(out / AnalysisFiles::kEvents);
  return {.record = record.value_or(AnalysisRecord{}), .document = json::parse(text.value_or("{}"))};
}

// The middle pixel of a picture, as luma.
int middle_of(const fs::path& picture) {
  auto source = media::Source::open(picture.string(), {.format = media::PixelFormat::kGray8});
  EXPECT_TRUE(source) << picture;
  const auto frame = (*source)->read();
  const media::Plane luma = (*frame)->plane(0);
  return luma.data[luma.height_px / 2 * luma.stride_bytes + luma.width_px / 2];
}

TEST(Evidence, names_and_pictures_who_was_violent_and_nobody_else) {
  const test::TempDir dir;
  const auto faces = vision::FaceFinder::load({.model = {}, .cascades = vision::kDebianCascades});
  ASSERT_TRUE(faces) << faces.error().message;
  const auto [record, document] = analyze(dir / "out", {}, faces->get());
  const auto schema = core::read_file(VIGIL_SOURCE_DIR "/docs/events.schema.json");
  ASSERT_TRUE(schema);
  EXPECT_THAT(test::schema_violations(json::parse(*schema), document), testing::IsEmpty());
  ASSERT_EQ(document["events"].size(), 1U);
  const json& event = document["events"][0];
  EXPECT_EQ(event["kind"], "violence");
  ASSERT_EQ(event["people"].size(), 1U);
  const json& person = event["people"][0];
  EXPECT_EQ(person["score"], 0.95);
  EXPECT_NEAR(person["first_s"].get<double>(), kBegin, 0.3);
  EXPECT_FALSE(person["curve"].empty());
  ASSERT_EQ(person["crops"].size(), 3U);
  for (const json& crop : person["crops"]) {
    EXPECT_GT(middle_of(dir / "out" / crop["file"].get<std::string>()), 200) << "the walker is in the middle of the picture";
    EXPECT_GE(crop["time_s"].get<double>(), event["begin_s"].get<double>());
    EXPECT_LE(crop["time_s"].get<double>(), event["end_s"].get<double>());
  }
  EXPECT_TRUE(person["face"].is_null());
  EXPECT_EQ(person["face_note"], "too small") << "of 32 pixels a head has five";
  EXPECT_EQ(document["analysis"]["person_model"], "upper people");
}

TEST(Evidence, boxes_beside_the_clip_are_keyed_by_the_streams_time_and_say_who_is_violent) {
  const test::TempDir dir;
  const auto [record, document] = analyze(dir / "out");
  const json& event = document["events"][0];
  ASSERT_TRUE(event["boxes_file"].is_string());
  std::ifstream lines(dir / "out" / event["boxes_file"].get<std::string>());
  int frames = 0, violent = 0;
  for (std::string line; std::getline(lines, line); ++frames) {
    const auto frame = parse_people_line(line);
    ASSERT_TRUE(frame) << line;
    const double time = frame->time.seconds();
    EXPECT_GE(time, event["clip"]["begin_s"].get<double>());
    EXPECT_LE(time, event["clip"]["end_s"].get<double>());
    ASSERT_EQ(frame->people.size(), 2U);
    for (const core::TrackedPerson& person : frame->people) {
      const bool upper = person.track.box.center_y() < 120;
      EXPECT_NEAR(person.track.box.left, upper ? 20 + time * 20 : 280 - time * 20, 3) << time;
      ASSERT_TRUE(person.violence);
      if (person.violent) {
        ++violent;
        EXPECT_TRUE(upper);
        EXPECT_NEAR(time, (kBegin + kEnd) / 2, (kEnd - kBegin) / 2 + 0.5);
      }
    }
  }
  const double length = event["clip"]["end_s"].get<double>() - event["clip"]["begin_s"].get<double>();
  EXPECT_NEAR(frames, length * 10, 3) << "ten looks a second";
  EXPECT_NEAR(violent, (kEnd - kBegin) * 10, 8);
}

TEST(Evidence, a_page_of_its_own_belongs_to_every_event) {
  const test::TempDir dir;
  const auto [record, document] = analyze(dir / "out");
  EXPECT_EQ(document["events"][0]["page"], "event-001.html");
  const auto page = core::read_file(dir / "out" / "event-001.html");
  ASSERT_TRUE(page);
  EXPECT_THAT(*page, testing::HasSubstr("event-001-person-"));
}

TEST(Evidence, rules_make_events_with_the_same_evidence) {
  const test::TempDir dir;
  const auto rules = behavior::parse_rules(R"(
[[zone]]
name = "left half"
polygon = [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
[[rule]]
name = "no entry"
kind = "zone"
zone = "left half"
min_s = 1
)",
                                           "rules.toml");
  ASSERT_TRUE(rules) << rules.error().message;
  AnalysisOptions options;
  options.rules = *rules;
  const auto [record, document] = analyze(dir / "out", options);
  std::vector<std::string> kinds;
  for (const json& event : document["events"]) {
    kinds.push_back(event["kind"]);
    if (event["kind"] != "zone") continue;
    EXPECT_EQ(event["rule"], "no entry");
    EXPECT_EQ(event["zone"], "left half");
    EXPECT_FALSE(event["people"].empty());
    EXPECT_TRUE(event["clip"].is_object());
  }
  EXPECT_THAT(kinds, testing::Contains("zone"));
  EXPECT_THAT(kinds, testing::Contains("violence"));
  EXPECT_THAT(document["headline"].get<std::string>(), testing::HasSubstr("of your rules"));
}

TEST(Evidence, what_nobody_may_see_is_in_no_picture_and_no_clip) {
  const test::TempDir dir;
  AnalysisOptions options;
  options.annotate = true;
  options.rules.privacy_masks = {*core::Region::parse("0,0 1,0 1,0.5 0,0.5")};
  const auto [record, document] = analyze(dir / "out", options);
  const json& event = document["events"][0];
  const auto brightest_upper = [&](const fs::path& file) {
    auto source = media::Source::open(file.string(), {.format = media::PixelFormat::kGray8});
    EXPECT_TRUE(source) << file;
    int brightest = 0;
    for (;;) {
      const auto frame = (*source)->read();
      if (!frame || !*frame) break;
      const media::Plane luma = (*frame)->plane(0);
      for (int y = luma.height_px / 8; y < luma.height_px * 3 / 8; ++y) {
        for (int x = 0; x < luma.width_px; ++x) brightest = std::max(brightest, int{luma.data[y * luma.stride_bytes + x]});
      }
    }
    return brightest;
  };
  EXPECT_LT(brightest_upper(dir / "out" / event["clip"]["file"].get<std::string>()), 180);
  EXPECT_LT(brightest_upper(dir / "out" / event["poster"]["file"].get<std::string>()), 180);
  for (const json& crop : event["people"][0]["crops"]) {
    EXPECT_LT(middle_of(dir / "out" / crop["file"].get<std::string>()), 180);
  }
}

TEST(Evidence, without_people_everything_is_as_before) {
  const test::TempDir dir;
  UpperScorer scorer;
  const auto record =
      analyze_video(scorer, {.input = walkers().string(), .out = dir / "out", .options = {}, .stop = {}, .progress = {}});
  ASSERT_TRUE(record) << record.error().message;
  ASSERT_EQ(record->events.size(), 1U);
  EXPECT_TRUE(record->events[0].event.people.empty());
  EXPECT_TRUE(record->events[0].boxes.empty());
}

TEST(Evidence, an_interrupted_analysis_keeps_everyone_it_had_found) {
  const test::TempDir dir;
  UpperScorer scorer;
  test::WalkingFinder finder;
  std::stop_source stop;
  AnalysisOptions options;
  options.smoothing = {};
  const auto record = analyze_video(scorer, {.input = walkers().string(),
                                             .people = &finder,
                                             .out = dir / "out",
                                             .options = options,
                                             .stop = stop.get_token(),
                                             .progress = [&](const core::Progress& progress) {
                                               if (progress.done >= 4) stop.request_stop();
                                             }});
  ASSERT_TRUE(record) << record.error().message;
  ASSERT_TRUE(record->interrupted);
  auto reader = PeopleReader::open(dir / "out" / AnalysisFiles::kTracks);
  ASSERT_TRUE(reader);
  MediaTime last;
  std::uint64_t frames = 0;
  for (; auto frame = reader->next(); ++frames) last = frame->time;
  EXPECT_EQ(frames, record->people->stats.looked_at + record->people->stats.still);
  EXPECT_GT(last, record->analysed_until - MediaDuration::from_us(300'000)) << "people come after the windows they were in";
}

}  // namespace
}  // namespace vigil::pipeline
