// `vigil eval track --tracks`: what an analysis wrote against ground truth.
#include <format>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "pipeline/people_log.h"
#include "support/temp_dir.h"

namespace vigil {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::Outcome;
using test::run_vigil;
using ::testing::HasSubstr;

constexpr int kFrames = 20;

// Two people cross the picture.
core::Box walker(int id, int frame) {
  return {.left = static_cast<float>(id == 1 ? 10 + 2 * frame : 400 - 2 * frame), .top = 20, .width = 30, .height = 80};
}

class EvalAnalysedTracks : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream truth(dir_ / "gt.txt");
    for (int frame = 1; frame <= kFrames; ++frame) {
      for (const int id : {1, 2}) truth << std::format("{},{},{},20,30,80,1\n", frame, id, walker(id, frame).left);
    }
  }

  // What an analysis leaves of a video of `fps` frames a second of which every `step`th was looked at, from the first.
  fs::path analysis(double fps, int step = 1, int frames = kFrames) {
    auto log = pipeline::PeopleLog::create(tracks()).value();
    for (int frame = 1; frame <= frames; frame += step) {
      core::FramePeople people{.time = core::MediaTime::from_seconds((frame - 1) / fps), .people = {}};
      for (const int id : {1, 2}) {
        core::TrackedPerson person;
        person.track.id = id + 6;
        person.track.box = walker(id, frame);
        if (frame % 3 != 0) person.track.detection = 0;
        people.people.push_back(person);
      }
      EXPECT_TRUE(log.append(people));
    }
    EXPECT_TRUE(log.sync());
    write("events.json", json{{"source", {{"frame_rate", fps}}}}.dump());
    return tracks();
  }

  fs::path tracks() { return dir_ / "tracks.jsonl"; }
  void write(const std::string& name, const std::string& text) { std::ofstream(dir_ / name) << text; }

  Outcome eval(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"eval",     "track",          "--truth", (dir_ / "gt.txt").string(),
                                          "--tracks", tracks().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_vigil(arguments);
  }

  json measure(std::vector<std::string> more = {}) {
    more.emplace_back("--json");
    const Outcome outcome = eval(std::move(more));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return json::parse(outcome.output, nullptr, false);
  }

  void expect_failure(int code, const std::string& words, std::vector<std::string> more = {}) {
    const Outcome outcome = eval(std::move(more));
    EXPECT_EQ(outcome.exit_code, code) << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr(words));
    EXPECT_EQ(outcome.output, "");
  }

  test::TempDir dir_;
};

TEST_F(EvalAnalysedTracks, hidden_people_count_where_the_analysis_says_they_are) {
  analysis(10);
  const json measured = measure();
  EXPECT_EQ(measured["fps"], 10.0);
  EXPECT_EQ(measured["tracks"], tracks().string());
  EXPECT_EQ(measured["scores"]["frames"], kFrames);
  EXPECT_EQ(measured["scores"]["true_positives"], 2 * kFrames);
  EXPECT_EQ(measured["scores"]["mota"], 1.0);
  EXPECT_EQ(measured["scores"]["idf1"], 1.0);
}

TEST_F(EvalAnalysedTracks, frames_that_were_not_looked_at_are_not_measured) {
  analysis(30000.0 / 1001, 3);
  const json measured = measure();
  EXPECT_EQ(measured["scores"]["frames"], 7);
  EXPECT_EQ(measured["scores"]["truth_boxes"], 14);
  EXPECT_EQ(measured["scores"]["mota"], 1.0);
  EXPECT_EQ(measure({"--frames", "4-12"})["scores"]["frames"], 3) << "4, 7, 10";
  EXPECT_THAT(eval().output, HasSubstr("those that the analysis looked at, numbered at 29.97 a second"));
}

TEST_F(EvalAnalysedTracks, without_events_json_the_rate_has_to_be_given) {
  analysis(12.5);
  fs::remove(dir_ / "events.json");
  expect_failure(2, "give it with --fps");
  EXPECT_EQ(measure({"--fps", "12.5"})["scores"]["mota"], 1.0);
  write("events.json", R"({"source": 5})");
  expect_failure(2, "give it with --fps");
  write("events.json", R"({"source": {"frame_rate": 0}})");
  expect_failure(2, "give it with --fps");
  expect_failure(2, "fps = 0: must lie in 0.1 to 1000", {"--fps", "0"});
}

TEST_F(EvalAnalysedTracks, a_rate_that_the_times_do_not_fit_is_refused) {
  analysis(10);
  expect_failure(2, "at 25 frames a second, 0:00.100 is not the time of the next frame", {"--fps", "25"});
  expect_failure(2, "0:00.100 is not the time", {"--fps", "2"});
}

TEST_F(EvalAnalysedTracks, those_of_a_killed_analysis_are_measured_as_far_as_they_go) {
  analysis(10, 1, 12);
  std::ofstream(tracks(), std::ios::app) << R"({"time_s":1.2,"peo)";
  expect_failure(2, "the tracks end at frame 12, and frame 20 is to be measured");
  EXPECT_EQ(measure({"--frames", "1-12"})["scores"]["mota"], 1.0);
}

TEST_F(EvalAnalysedTracks, another_file_is_named) {
  expect_failure(3, "no tracks in " + tracks().string());
  write("tracks.jsonl", "1,1,0,0,9,9,1\n");
  expect_failure(3, tracks().string() + ": its first line is not one of a tracks.jsonl", {"--fps", "10"});
}

}  // namespace
}  // namespace vigil
