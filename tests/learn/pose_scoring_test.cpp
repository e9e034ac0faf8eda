// MoveNet MultiPose on real photographs with key points.
#include "learn/pose_scoring.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/shared_data.h"

namespace vigil::learn {
namespace {

// The first in which one to three people are to be found.
std::vector<CocoPosePicture> some_pictures(std::vector<CocoPosePicture> pictures, std::size_t count) {
  std::erase_if(pictures, [](const CocoPosePicture& picture) {
    const auto people = std::ranges::count(picture.truth, TruthKind::kObject, &TruthPose::kind);
    return people < 1 || people > 3;
  });
  pictures.resize(std::min(count, pictures.size()));
  return pictures;
}

class PoseScoring : public ::testing::Test {
 protected:
  void SetUp() override {
    VIGIL_REQUIRE_SHARED(coco, "data/people/coco_mini");
    VIGIL_REQUIRE_PUBLIC_MODEL(model, "movenet-multipose.json");
    auto truth = read_coco_poses(coco);
    ASSERT_TRUE(truth) << truth.error().message;
    pictures_ = some_pictures(*std::move(truth), 16);
    auto loaded = vision::PoseEstimator::load(model, {.input_width_px = 256, .input_height_px = 256});
    ASSERT_TRUE(loaded) << loaded.error().message;
    estimator_ = *std::move(loaded);
  }

  std::vector<CocoPosePicture> pictures_;
  std::unique_ptr<vision::PoseEstimator> estimator_;
};

TEST_F(PoseScoring, movenet_finds_key_points_where_people_have_them) {
  std::vector<double> progress;
  const auto run = estimate_in_pictures(*estimator_, pictures_,
                                        {.progress = [&](const core::Progress& at) { progress.push_back(at.done); }});
  ASSERT_TRUE(run) << run.error().message;
  ASSERT_EQ(run->pictures.size(), pictures_.size());
  EXPECT_EQ(progress, (std::vector<double>{8, 16}));
  EXPECT_GT(run->seconds, 0);
  const auto scores = measure_poses(run->pictures);
  ASSERT_TRUE(scores) << scores.error().message;
  EXPECT_GT(*scores->ap50, 0.4) << to_text(*scores);
}

TEST_F(PoseScoring, stops_when_asked_to) {
  std::stop_source stop;
  stop.request_stop();
  const auto run = estimate_in_pictures(*estimator_, pictures_, {.stop = stop.get_token()});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, core::ErrorCode::kCancelled);
}

TEST_F(PoseScoring, a_picture_that_is_missing_is_named) {
  pictures_[1].file = "/nowhere/missing.jpg";
  const auto run = estimate_in_pictures(*estimator_, pictures_);
  ASSERT_FALSE(run);
  EXPECT_NE(run.error().message.find("missing.jpg"), std::string::npos);
}

}  // namespace
}  // namespace vigil::learn
