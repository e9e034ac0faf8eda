#include "pipeline/analysis.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "media/source.h"
#include "pipeline/analysis_files.h"
#include "pipeline/bright_scorer.h"
#include "pipeline/score_log.h"
#include "support/json_schema.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::pipeline {
namespace {

namespace fs = std::filesystem;
using core::MediaDuration;
using core::MediaTime;
using nlohmann::json;
using test::bright_video;
using test::BrightScorer;

AnalysisOptions options_for_tests() {
  AnalysisOptions options;
  options.detector = {.threshold_on = 0.5, .threshold_off = 0.3, .merge_gap = MediaDuration::from_seconds(1)};
  options.smoothing = MediaDuration();  // scores as the classifier gives them
  return options;
}

AnalysisRecord analyze(const fs::path& video, const fs::path& out, const AnalysisOptions& options = options_for_tests()) {
  BrightScorer scorer;
  auto record = analyze_video(scorer, {.input = video.string(), .out = out, .options = options, .stop = {}, .progress = {}});
  EXPECT_TRUE(record.has_value()) << record.error().message;
  return record.value_or(AnalysisRecord{});
}

json events_of(const fs::path& folder) { return json::parse(core::read_file(folder / "events.json").value_or("null")); }

void expect_valid(const json& document) {
  const json schema = json::parse(core::read_file(VIGIL_SOURCE_DIR "/docs/events.schema.json").value_or("null"));
  EXPECT_THAT(test::schema_violations(schema, document), testing::IsEmpty());
}

int frames_in(const fs::path& video) {
  auto source = media::Source::open(video.string());
  int frames = 0;
  while (source) {
    auto frame = (*source)->read();
    if (!frame || !*frame) break;
    ++frames;
  }
  return frames;
}

TEST(Analysis, finds_the_event_its_first_frame_and_its_evidence) {
  const test::TempDir dir;
  analyze(bright_video({.seconds = 20, .white = "between(t,7.3,11)"}), dir / "out");
  const json document = events_of(dir / "out");
  expect_valid(document);
  EXPECT_EQ(document["complete"], true);
  EXPECT_EQ(document["outcome"], "violence");
  EXPECT_EQ(document["headline"], "1 event of violence in 0:20 of video");
  ASSERT_EQ(document["events"].size(), 1U);
  const json& event = document["events"][0];
  // Windows of 2 s that are half white begin between 6.3 and 10 s; the first white frame is at 7.32 s, one sampling step is
  // 0.125 s.
  EXPECT_EQ(event["begin_s"], 6.5);
  EXPECT_EQ(event["end_s"], 12.0);
  EXPECT_EQ(event["score"], 1.0);
  EXPECT_GE(event["first_violent_s"].get<double>(), 7.32);
  EXPECT_LE(event["first_violent_s"].get<double>(), 7.32 + 0.125);

  const fs::path clip = dir / "out" / event["clip"]["file"].get<std::string>();
  EXPECT_LE(event["clip"]["begin_s"].get<double>(), 4.5);
  EXPECT_NEAR(event["clip"]["end_s"].get<double>(), 14, 0.1);
  EXPECT_NEAR(frames_in(clip), 25 * (event["clip"]["end_s"].get<double>() - event["clip"]["begin_s"].get<double>()), 2);

  // The poster shows the first violent frame: it is white.
  auto poster = media::Source::open((dir / "out" / event["poster"]["file"].get<std::string>()).string(),
                                    {.format = media::PixelFormat::kGray8});
  ASSERT_TRUE(poster) << poster.error().message;
  const auto picture = (*poster)->read();
  ASSERT_TRUE(picture && *picture);
  EXPECT_GT((*picture)->plane(0).data[0], 200);
  EXPECT_EQ(event["poster"]["time_s"], event["first_violent_s"]);
}

TEST(Analysis, notes_a_clip_that_cannot_be_written_or_ends_where_it_is_needed) {
  const fs::path video = bright_video({.seconds = 20, .white = "between(t,7.3,11)"});
  for (const bool needed : {false, true}) {
    const test::TempDir dir;
    BrightScorer scorer;
    const auto fill_disk = [clips = dir / "out/clips"](const core::Progress&) {
      if (fs::is_directory(clips)) fs::remove_all(clips);
      std::ofstream(clips) << "in the way";
    };
    const auto record = analyze_video(scorer, {.input = video.string(),
                                               .out = dir / "out",
                                               .options = options_for_tests(),
                                               .needs_evidence = needed,
                                               .stop = {},
                                               .progress = fill_disk});
    ASSERT_EQ(record.has_value(), !needed);
    if (needed) {
      EXPECT_EQ(record.error().code, core::ErrorCode::kIo);
    } else {
      ASSERT_EQ(record->events.size(), 1U);
      EXPECT_THAT(record->events[0].notes, testing::Contains(testing::StartsWith("no clip: ")));
    }
  }
}

TEST(Analysis, says_plainly_that_a_normal_video_holds_no_violence) {
  const test::TempDir dir;
  const AnalysisRecord record = analyze(bright_video({.seconds = 12}), dir / "out");
  const json document = events_of(dir / "out");
  expect_valid(document);
  EXPECT_EQ(document["outcome"], "no-violence");
  EXPECT_EQ(document["headline"], "No violence found in 0:12 of video");
  EXPECT_TRUE(document["events"].empty());
  EXPECT_TRUE(fs::is_empty(dir / "out" / "clips"));
  EXPECT_THAT(core::read_file(dir / "out" / "report.html").value_or(""),
              testing::HasSubstr("No violence found in 0:12 of video"));
  ASSERT_EQ(record.strip.size(), 8U);
  for (const PictureEvidence& picture : record.strip) EXPECT_TRUE(fs::exists(dir / "out" / picture.file));
}

TEST(Analysis, scores_file_holds_every_window) {
  const test::TempDir dir;
  const AnalysisRecord record = analyze(bright_video({.seconds = 12, .white = "gt(t,6)"}), dir / "out");
  auto reader = ScoreReader::open(dir / "out" / "scores.csv");
  ASSERT_TRUE(reader);
  std::uint64_t rows = 0;
  while (auto window = reader->next()) {
    EXPECT_EQ(window->begin.seconds(), 0.5 * static_cast<double>(rows++));
    const double white_s = std::clamp(window->end.seconds() - 6, 0.0, 2.0);
    EXPECT_NEAR(window->score, white_s / 2, 0.07);
  }
  EXPECT_EQ(rows, 21U);
  EXPECT_EQ(rows, record.windows);
}

TEST(Analysis, a_lone_spike_is_no_event_unless_smoothing_is_off) {
  const test::TempDir dir;
  const fs::path video = bright_video({.seconds = 12, .white = "between(t,6,7)"});  // scores 0 0.25 0.5 0.5 0.5 0.25 0
  AnalysisOptions options;
  options.detector = {.threshold_on = 0.47, .threshold_off = 0.3};
  options.smoothing = MediaDuration();
  EXPECT_EQ(analyze(video, dir / "raw", options).events.size(), 1U);
  options.smoothing = MediaDuration::from_seconds(3);
  EXPECT_TRUE(analyze(video, dir / "long", options).events.empty());
  EXPECT_EQ(AnalysisOptions().smoothing, MediaDuration::from_seconds(1)) << "the default that the model card speaks of";
}

TEST(Analysis, gives_the_same_bytes_whatever_the_number_of_decoder_threads) {
  const test::TempDir dir;
  const fs::path video = bright_video({.seconds = 20, .white = "between(mod(t,7),2,4)"});
  AnalysisOptions options = options_for_tests();
  for (const int threads : {1, 4}) {
    options.decoder_threads = threads;
    analyze(video, dir / std::to_string(threads), options);
  }
  for (const char* name : {"events.json", "scores.csv", "report.html", "clips/event-001.mp4", "posters/event-001.jpg"}) {
    EXPECT_EQ(*core::read_file(dir / "1" / name), *core::read_file(dir / "4" / name)) << name;
  }
}

TEST(Analysis, handles_every_frame_rate_and_length) {
  const test::TempDir dir;
  const struct {
    const char* rate;
    double seconds;
  } cases[] = {{"1", 12}, {"30000/1001", 12}, {"60", 5}, {"25", 0.4}, {"25", 0.04}};
  int number = 0;
  for (const auto& [rate, seconds] : cases) {
    SCOPED_TRACE(std::string(rate) + " frames/s");
    const fs::path out = dir / std::to_string(++number);
    analyze(bright_video({.seconds = seconds, .white = "1", .rate = rate}), out);
    const json document = events_of(out);
    expect_valid(document);
    ASSERT_EQ(document["events"].size(), 1U);
    EXPECT_NEAR(document["source"]["duration_s"].get<double>(), seconds, 1.01);
    EXPECT_EQ(document["events"][0]["first_violent_s"], 0.0);
  }
}

TEST(Analysis, of_variable_frame_rate_keeps_the_streams_times) {
  const test::TempDir dir;
  const fs::path video =
      bright_video({.seconds = 12,
                    .white = "between(t,6,9)",
                    .name = "vfr.mkv",
                    .codec = "-vf select='not(mod(n\\,1+floor(t/4)))' -fps_mode passthrough -c:v libx264"});
  analyze(video, dir / "out");
  const json document = events_of(dir / "out");
  ASSERT_EQ(document["events"].size(), 1U);
  EXPECT_NEAR(document["events"][0]["first_violent_s"].get<double>(), 6, 0.25);
}

TEST(Analysis, writes_the_annotated_video_on_request) {
  const test::TempDir dir;
  AnalysisOptions options = options_for_tests();
  options.annotate = true;
  const fs::path video = bright_video({.seconds = 6, .white = "between(t,2,4)"});
  analyze(video, dir / "out", options);
  EXPECT_EQ(events_of(dir / "out")["files"]["annotated"], "annotated.mp4");
  EXPECT_EQ(frames_in(dir / "out" / "annotated.mp4"), frames_in(video));
}

TEST(Analysis, interrupted_keeps_what_was_finished) {
  const test::TempDir dir;
  std::stop_source stop;
  BrightScorer scorer;
  const fs::path video = bright_video({.seconds = 40, .white = "between(t,3,6)"});
  const auto record = analyze_video(scorer, {.input = video.string(),
                                             .out = dir / "out",
                                             .options = options_for_tests(),
                                             .stop = stop.get_token(),
                                             .progress = [&](const core::Progress& progress) {
                                               if (progress.done >= 20) stop.request_stop();
                                             }});
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->interrupted);
  const json document = events_of(dir / "out");
  expect_valid(document);
  EXPECT_EQ(document["complete"], false);
  EXPECT_EQ(document["interrupted"], true);
  EXPECT_EQ(document["events"].size(), 1U);
  EXPECT_LT(document["analysed_until_s"].get<double>(), 30);
  EXPECT_TRUE(fs::exists(dir / "out" / "clips" / "event-001.mp4"));
  EXPECT_TRUE(fs::exists(dir / "out" / "report.html"));
}

TEST(Analysis, of_something_that_is_no_video_names_it_and_writes_nothing) {
  const test::TempDir dir;
  std::ofstream(dir / "letter.mp4") << "Dear Sir or Madam, this is not a video.";
  BrightScorer scorer;
  for (const fs::path& input : {dir / "letter.mp4", dir / "absent.mp4"}) {
    const auto record = analyze_video(
        scorer, {.input = input.string(), .out = dir / "out", .options = options_for_tests(), .stop = {}, .progress = {}});
    ASSERT_FALSE(record);
    EXPECT_THAT(record.error().message, testing::HasSubstr(input.filename().string()));
    EXPECT_FALSE(fs::exists(dir / "out"));
  }
}

TEST(Analysis, of_a_video_that_breaks_off_gives_what_could_be_had) {
  const test::TempDir dir;
  const fs::path video = bright_video({.seconds = 20, .white = "between(t,3,6)", .name = "broken.mkv"});
  const std::string bytes = *core::read_file(video);
  std::ofstream(dir / "cut.mkv", std::ios::binary) << bytes.substr(0, bytes.size() * 6 / 10);
  analyze(dir / "cut.mkv", dir / "out");
  const json document = events_of(dir / "out");
  expect_valid(document);
  EXPECT_EQ(document["events"].size(), 1U);
  EXPECT_LT(document["analysed_until_s"].get<double>(), 20);
}

TEST(Analysis, replaces_an_earlier_one_but_touches_no_other_folder) {
  const test::TempDir dir;
  analyze(bright_video({.seconds = 12, .white = "between(t,4,8)"}), dir / "out");
  ASSERT_TRUE(fs::exists(dir / "out" / "clips" / "event-001.mp4"));
  analyze(bright_video({.seconds = 12}), dir / "out");
  EXPECT_FALSE(fs::exists(dir / "out" / "clips" / "event-001.mp4"));

  fs::create_directory(dir / "photos");
  std::ofstream(dir / "photos" / "holiday.txt") << "mine";
  BrightScorer scorer;
  const auto record = analyze_video(scorer, {.input = bright_video({.seconds = 12}).string(),
                                             .out = dir / "photos",
                                             .options = options_for_tests(),
                                             .stop = {},
                                             .progress = {}});
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir / "photos"), {}), 1);
}

TEST(Analysis, names_the_option_that_is_out_of_range) {
  BrightScorer scorer;
  AnalysisOptions options = options_for_tests();
  options.stride = MediaDuration::from_seconds(3);
  const auto record = analyze_video(scorer, {.input = "x.mp4", .out = "x", .options = options, .stop = {}, .progress = {}});
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().message, "stride = 3: must lie between 0.04 and 2");
}

TEST(FolderName, is_short_safe_and_holds_no_secret) {
  EXPECT_EQ(folder_name("/videos/street.mp4"), "street");
  EXPECT_EQ(folder_name("https://host/a/street.mp4?token=secret"), "street");
  EXPECT_THAT(folder_name("rtsp://user:secret@host"), testing::Not(testing::HasSubstr("secret")));
  EXPECT_EQ(folder_name(".."), "video");
  EXPECT_EQ(folder_name("a:b.mp4"), "a-b");
}

}  // namespace
}  // namespace vigil::pipeline
