// `vigil eval pose` as a user runs it, with an OpenPose network that was never trained.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "support/make_media.h"
#include "support/temp_dir.h"
#include "vision/openpose_model.h"

namespace vigil {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::Outcome;
using test::run_vigil;
using ::testing::HasSubstr;

class EvalPoseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const nets::OpenPoseMobileNet net;
    ASSERT_TRUE(vision::save_openpose(model_, *net, {.name = "untrained", .input_width_px = 64, .input_height_px = 64}));
    fs::create_directories(dir_ / "annotations");
    fs::create_directories(dir_ / "some");
    fs::copy(test::make_media("pose.jpg", "-f lavfi -i testsrc2=s=96x64:d=1 -frames:v 1"), dir_ / "some/a.jpg");
    std::vector<int> points;
    for (int i = 0; i < 17; ++i) points.insert(points.end(), {10 + i, 20 + i, 2});
    const json coco = {{"categories", {{{"id", 1}, {"name", "person"}}}},
                       {"images", {{{"id", 5}, {"file_name", "a.jpg"}}}},
                       {"annotations",
                        {{{"image_id", 5},
                          {"category_id", 1},
                          {"bbox", {10, 20, 17, 17}},
                          {"area", 289},
                          {"iscrowd", 0},
                          {"keypoints", points}}}}};
    std::ofstream(dir_ / "annotations/person_keypoints_some.json") << coco;
  }

  std::string model() const { return model_.string(); }
  std::string data() const { return dir_.path().string(); }

  test::TempDir dir_;
  fs::path model_ = dir_ / "untrained.safetensors";
};

TEST_F(EvalPoseTest, measures_on_a_folder_as_coco_has_it) {
  const Outcome outcome = run_vigil({"eval", "pose", "--pose", model(), "--data", data(), "--threads", "1", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const json figures = json::parse(outcome.output);
  EXPECT_EQ(figures["pose"], "untrained");
  EXPECT_EQ(figures["kind"], "OpenPose");
  EXPECT_EQ(figures["input"], json({64, 64}));
  EXPECT_EQ(figures["scores"]["truth_people"], 1);
  EXPECT_EQ(figures["scores"]["ap50_95"], 0);
  EXPECT_GT(figures["ms_per_picture"], 0);
  const Outcome text =
      run_vigil({"eval", "pose", "--pose", model(), "--data", data(), "--input", "96,64", "--threads", "1"});
  ASSERT_EQ(text.exit_code, 0) << text.errors;
  EXPECT_THAT(text.output, HasSubstr("untrained (OpenPose) at 96×64"));
  EXPECT_THAT(text.output, HasSubstr("AP50–95 0.000"));
}

TEST_F(EvalPoseTest, measures_on_what_training_leaves_alone) {
  const std::vector<std::string> command = {"eval", "pose",      "--pose", model(),      "--data",
                                            data(), "--threads", "1",      "--held-out", "--json"};
  EXPECT_EQ(run_vigil(command).exit_code, 3) << "no val* and no test* file";
  fs::copy(dir_ / "some", dir_ / "val2017", fs::copy_options::recursive);
  fs::copy(dir_ / "annotations/person_keypoints_some.json", dir_ / "annotations/person_keypoints_val2017.json");
  const Outcome outcome = run_vigil(command);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(json::parse(outcome.output)["scores"]["pictures"], 1);
}

TEST_F(EvalPoseTest, what_cannot_be_measured_is_named) {
  const auto outcome_of = [&](const std::string& pose, const std::string& folder) {
    return run_vigil({"eval", "pose", "--pose", pose, "--data", folder});
  };
  EXPECT_EQ(outcome_of("no-such-pose", data()).exit_code, 3);
  const Outcome nowhere = outcome_of(model(), "/nowhere");
  EXPECT_EQ(nowhere.exit_code, 3);
  EXPECT_THAT(nowhere.errors, HasSubstr("person_keypoints_NAME.json"));
  EXPECT_EQ(run_vigil({"eval", "pose", "--pose", model()}).exit_code, 2);
  EXPECT_EQ(run_vigil({"eval", "pose", "--pose", model(), "--data", data(), "--input", "100"}).exit_code, 2);
  EXPECT_EQ(run_vigil({"eval", "--windows", "3", "pose", "--pose", model(), "--data", data()}).exit_code, 2);
}

}  // namespace
}  // namespace vigil
