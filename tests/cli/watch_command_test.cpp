// watch as a user runs it: on a file at its own speed, and on a real RTSP server until Ctrl-C.
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/clip_weights.h"
#include "cli/program.h"
#include "cli/running_program.h"
#include "core/atomic_file.h"
#include "media/source.h"
#include "support/make_media.h"
#include "support/rtsp_server.h"
#include "support/temp_dir.h"

namespace vigil {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::run_vigil;
using testing::HasSubstr;

class WatchCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = std::make_unique<test::TempDir>();
    test::write_clip_weights(*dir_ / "weights.safetensors");
  }
  static void TearDownTestSuite() { dir_.reset(); }

  static fs::path video() {
    return test::make_media("street-8s.mp4",
                            "-f lavfi -i testsrc2=s=160x120:r=10:d=8 -c:v libx264 -preset ultrafast -g 20 -pix_fmt yuv420p");
  }

  // With a threshold of 0.001 all is an event.
  std::vector<std::string> command(const std::string& url, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"watch",  url,        "--weights",      *dir_ / "weights.safetensors",
                                          "--out",  out_ / "o", "--detector",     "none",
                                          "--pose", "none",     "--threshold-on", "0.001"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  static std::unique_ptr<test::TempDir> dir_;
  test::TempDir out_;
};

std::unique_ptr<test::TempDir> WatchCommand::dir_;

TEST_F(WatchCommand, prints_lines_of_json_and_keeps_the_evidence) {
  const test::Outcome outcome = run_vigil(command(video(), {"--realtime", "--status-every", "2"}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::vector<json> lines;
  std::istringstream text(outcome.output);
  for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
  ASSERT_GE(lines.size(), 4U);
  EXPECT_EQ(lines.front()["state"], "stream");
  EXPECT_EQ(lines.front()["what"], "connected");
  std::vector<std::string> states;
  for (const json& line : lines) states.push_back(line["state"]);
  EXPECT_THAT(states, testing::Contains("status"));
  EXPECT_THAT(states, testing::Contains("confirmed"));
  ASSERT_EQ(lines.back()["state"], "ended");
  const json& event = lines.back()["event"];
  EXPECT_EQ(event["id"], 1);
  EXPECT_THAT(lines.back()["time"].get<std::string>(), testing::MatchesRegex("20..-..-..T..:..:..\\....Z"));
  auto clip = media::Source::open((out_ / "o" / event["clip"]["file"].get<std::string>()).string());
  EXPECT_TRUE(clip.has_value());
  EXPECT_TRUE(fs::exists(out_ / "o" / event["poster"]["file"].get<std::string>()));
  EXPECT_EQ(json::parse(core::read_file(out_ / "o/events.jsonl").value_or("null")), lines.back());
}

TEST_F(WatchCommand, ctrl_c_saves_the_open_event) {
  const test::RtspServer camera(test::make_media(
      "street-90s.mp4", "-f lavfi -i testsrc2=s=160x120:r=10:d=90 -c:v libx264 -preset ultrafast -g 20 -pix_fmt yuv420p"));
  test::RunningProgram program(command(camera.url()));
  while (!fs::exists(out_ / "o/live") || fs::is_empty(out_ / "o/live")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::this_thread::sleep_for(std::chrono::seconds(5));
  // As from a terminal: the launcher passes on what the program got already.
  program.send(SIGINT);
  program.send(SIGINT);
  EXPECT_EQ(program.wait(), 130);
  const json line = json::parse(core::read_file(out_ / "o/events.jsonl").value_or("null"));
  EXPECT_EQ(line["state"], "ended");
  EXPECT_TRUE(fs::exists(out_ / "o" / line["event"]["clip"]["file"].get<std::string>()));
}

TEST_F(WatchCommand, says_what_is_wrong_with_the_input) {
  const test::Outcome stored = run_vigil(command(video()));
  EXPECT_EQ(stored.exit_code, 2);
  EXPECT_THAT(stored.errors, HasSubstr("realtime"));
  const test::Outcome absent = run_vigil(command("/nowhere/camera.mp4", {"--realtime"}));
  EXPECT_EQ(absent.exit_code, 3);
  EXPECT_THAT(absent.errors, HasSubstr("/nowhere/camera.mp4"));
}

}  // namespace
}  // namespace vigil
