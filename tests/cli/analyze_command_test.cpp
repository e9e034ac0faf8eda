// analyze as a user runs it.
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <format>
#include <fstream>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/clip_weights.h"
#include "cli/program.h"
#include "cli/running_program.h"
#include "core/atomic_file.h"
#include "media/source.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::Outcome;
using test::run_vigil;
using testing::HasSubstr;

class AnalyzeCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = std::make_unique<test::TempDir>();
    test::write_clip_weights(weights());
  }
  static void TearDownTestSuite() { dir_.reset(); }

  static fs::path weights() { return *dir_ / "weights.safetensors"; }

  static fs::path video(double seconds) {
    return test::make_media(std::format("street-{}s.mp4", seconds),
                            std::format("-f lavfi -i testsrc2=s=160x120:r=10:d={} -c:v libx264 -preset ultrafast "
                                        "-g 20 -pix_fmt yuv420p",
                                        seconds));
  }

  // With a threshold of 0.001 the whole video is an event, with 1 nothing is.
  static std::vector<std::string> command(const std::vector<fs::path>& inputs, const fs::path& out,
                                          const std::string& threshold) {
    std::vector<std::string> arguments = {"analyze",        "--weights", weights(),  "--out", out,
                                          "--threshold-on", threshold,   "--stride", "1"};
    arguments.insert(arguments.end(), inputs.begin(), inputs.end());
    return arguments;
  }

  static json events(const fs::path& folder) {
    return json::parse(core::read_file(folder / "events.json").value_or("null"));
  }

  static std::unique_ptr<test::TempDir> dir_;
  test::TempDir out_;
};

std::unique_ptr<test::TempDir> AnalyzeCommand::dir_;

TEST_F(AnalyzeCommand, says_plainly_that_nothing_was_found) {
  const Outcome outcome = run_vigil(command({video(6)}, out_ / "o", "1"));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.output, HasSubstr("No violence found in 6.0 s of video"));
  EXPECT_THAT(outcome.output, HasSubstr((out_ / "o" / "report.html").string()));
  EXPECT_EQ(events(out_ / "o")["outcome"], "no-violence");
}

TEST_F(AnalyzeCommand, prints_one_json_document_and_nothing_else) {
  std::vector<std::string> arguments = command({video(6)}, out_ / "o", "0.001");
  arguments.emplace_back("--json");
  const Outcome outcome = run_vigil(arguments);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const json results = json::parse(outcome.output);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0]["events"].size(), 1U);
  EXPECT_EQ(results[0]["events"][0]["first_violent_s"], 0.0);
  EXPECT_TRUE(fs::exists(fs::path(results[0]["folder"].get<std::string>()) / "clips" / "event-001.mp4"));
}

TEST_F(AnalyzeCommand, analyses_the_others_when_one_input_is_bad) {
  const fs::path letter = out_ / "letter.mp4";
  std::ofstream(letter) << "not a video";
  const Outcome outcome = run_vigil(command({letter, video(6), out_ / "absent.mp4"}, out_ / "o", "1"));
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.errors, HasSubstr("letter.mp4"));
  EXPECT_THAT(outcome.errors, HasSubstr("absent.mp4"));
  const json index = json::parse(*core::read_file(out_ / "o" / "index.json"));
  ASSERT_EQ(index["videos"].size(), 3U);
  EXPECT_TRUE(index["videos"][0].contains("error"));
  EXPECT_TRUE(fs::exists(out_ / "o" / index["videos"][1]["report"].get<std::string>()));
  EXPECT_TRUE(fs::exists(out_ / "o" / "index.html"));
}

TEST_F(AnalyzeCommand, wrong_usage_ends_with_2_and_says_what_is_wrong) {
  const struct {
    std::vector<std::string> arguments;
    std::string words;
  } cases[] = {
      {{"analyze"}, "input"},
      {{"analyze", "x.mp4", "--threshold-on", "1.5", "--weights", weights()}, "threshold-on = 1.5"},
      {{"analyze", "x.mp4", "--stride", "0", "--weights", weights()}, "stride = 0"},
      {{"analyze", "x.mp4", "--min-new-score", "1.5", "--weights", weights()}, "min-new-score = 1.5: must lie in 0 to 1"},
      {{"analyze", "x.mp4", "--treshold", "1"}, "--treshold"},
      {{"analyse", "x.mp4"}, "no command is called analyse"}};
  for (const auto& [arguments, words] : cases) {
    const Outcome outcome = run_vigil(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << words;
    EXPECT_THAT(outcome.errors, HasSubstr(words));
  }
}

TEST_F(AnalyzeCommand, names_weights_that_are_not_there) {
  const Outcome outcome = run_vigil({"analyze", video(6), "--weights", "/nowhere/w.safetensors"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.errors, HasSubstr("/nowhere/w.safetensors"));
}

TEST_F(AnalyzeCommand, ctrl_c_ends_with_130_and_keeps_what_is_finished) {
  test::RunningProgram program(command({video(600)}, out_ / "o", "0.001"));
  while (!fs::exists(out_ / "o" / "events.json")) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  program.send(SIGINT);
  EXPECT_EQ(program.wait(), 130);
  EXPECT_EQ(events(out_ / "o")["interrupted"], true);
  EXPECT_TRUE(fs::exists(out_ / "o" / "report.html"));
}

TEST_F(AnalyzeCommand, killed_leaves_readable_files) {
  test::RunningProgram program(command({video(600)}, out_ / "o", "0.001"));
  while (!fs::exists(out_ / "o" / "events.json")) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  program.send(SIGKILL);
  EXPECT_EQ(program.wait(), -SIGKILL);
  EXPECT_EQ(events(out_ / "o")["complete"], false);
  EXPECT_THAT(*core::read_file(out_ / "o" / "scores.csv"), testing::EndsWith("\n"));
}

}  // namespace
}  // namespace vigil
