// `vigil eval track` as a user runs it.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "core/atomic_file.h"
#include "support/temp_dir.h"

namespace vigil {
namespace {

using nlohmann::json;
using test::Outcome;
using test::run_vigil;
using ::testing::HasSubstr;

class EvalTrackTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string boxes;
    for (int frame = 1; frame <= 20; ++frame) {
      boxes += std::to_string(frame) + ",1," + std::to_string(10 + 2 * frame) + ",20,30,80,1,-1,-1,-1\n";
      boxes += std::to_string(frame) + ",2," + std::to_string(400 - 2 * frame) + ",20,30,80,1,-1,-1,-1\n";
    }
    write("gt.txt", boxes);
    write("det.txt", boxes);
  }

  void write(const std::string& name, const std::string& text) { std::ofstream(dir_ / name) << text; }
  std::string path(const std::string& name) { return (dir_ / name).string(); }

  test::TempDir dir_;
};

TEST_F(EvalTrackTest, measures_a_result_file) {
  const Outcome outcome = run_vigil({"eval", "track", "--truth", path("gt.txt"), "--result", path("gt.txt")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.output, HasSubstr("MOTA 100.0"));
  EXPECT_THAT(outcome.output, HasSubstr("IDF1 100.0"));
  EXPECT_THAT(outcome.output, HasSubstr("HOTA 100.0"));
}

TEST_F(EvalTrackTest, follows_detections_and_writes_a_result_that_measures_the_same) {
  const Outcome tracked = run_vigil({"eval", "track", "--truth", path("gt.txt"), "--detections", path("det.txt"), "--out",
                                     path("result.txt"), "--fps", "10", "--json"});
  ASSERT_EQ(tracked.exit_code, 0) << tracked.errors;
  const json first = json::parse(tracked.output);
  EXPECT_EQ(first["scores"]["id_switches"], 0);
  EXPECT_EQ(first["scores"]["true_positives"], 40);
  EXPECT_TRUE(first.contains("tracker_ms_per_frame"));
  const Outcome measured = run_vigil({"eval", "track", "--truth", path("gt.txt"), "--result", path("result.txt"), "--json"});
  ASSERT_EQ(measured.exit_code, 0) << measured.errors;
  const json second = json::parse(measured.output);
  EXPECT_EQ(second["scores"]["idf1"], first["scores"]["idf1"]);
  EXPECT_EQ(second["scores"]["result_tracks"], 2);
}

TEST_F(EvalTrackTest, takes_options_of_the_tracker) {
  const auto boxes = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"eval",         "track",         "--truth", path("gt.txt"),
                                          "--detections", path("det.txt"), "--json",  "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run_vigil(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return json::parse(outcome.output)["scores"]["result_boxes"].get<int>();
  };
  EXPECT_EQ(boxes({}), 40);
  EXPECT_EQ(boxes({"--live", "--n-init", "5"}), 32);
  EXPECT_EQ(boxes({"--n-init", "21"}), 0);
  EXPECT_EQ(boxes({"--frames", "1-10", "--overlap-only"}), 20);
}

TEST_F(EvalTrackTest, wrong_usage_ends_with_2_and_says_what_is_missing) {
  const auto expect = [&](std::vector<std::string> arguments, const std::string& words) {
    arguments.insert(arguments.begin(), "eval");
    const Outcome outcome = run_vigil(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr(words));
    EXPECT_EQ(outcome.output, "");
  };
  const std::string gt = path("gt.txt");
  expect({"track"}, "--truth");
  expect({"track", "--truth", gt}, "--result, --detections and --tracks");
  expect({"track", "--truth", gt, "--result", gt, "--detections", gt}, "--detections");
  expect({"track", "--truth", gt, "--tracks", gt, "--detections", gt}, "--detections");
  expect({"track", "--truth", gt, "--tracks", gt, "--result", gt}, "--result");
  expect({"track", "--truth", gt, "--result", gt, "--out", path("o.txt")}, "--out");
  expect({"track", "--truth", gt, "--result", gt, "--threshold", "0.5"}, "--threshold is not an option of eval track");
  expect({"track", "--truth", gt, "--result", gt, "--frames", "9-2"}, "FIRST-LAST");
  expect({"track", "--truth", gt, "--detections", gt, "--min-iou", "2"}, "min-iou = 2");
  expect({"--data", "folder"}, "subject");
  expect({"violence-clip"}, "--data");
}

TEST_F(EvalTrackTest, a_file_that_cannot_be_read_ends_with_3_naming_the_line) {
  write("broken.txt", "1,1,0,0,9,9,1\n2,1,0,0,wide,9,1\n");
  const Outcome broken = run_vigil({"eval", "track", "--truth", path("broken.txt"), "--result", path("gt.txt")});
  EXPECT_EQ(broken.exit_code, 3);
  EXPECT_THAT(broken.errors, HasSubstr("broken.txt:2: width = 'wide'"));
  EXPECT_EQ(run_vigil({"eval", "track", "--truth", path("gt.txt"), "--result", path("none.txt")}).exit_code, 3);
}

}  // namespace
}  // namespace vigil
