#include "learn/pose_metrics.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "learn/coco_poses.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"

namespace vigil::learn {
namespace {

using core::KeyPoint;
using core::PersonPose;
using core::PosePoint;

constexpr double kArea = 10'000;

// A person of whom all points are labelled.
TruthPose person_at(float x, float y) {
  TruthPose truth{.pose = {}, .box = {.left = x, .top = y, .width = 100, .height = 100}, .area_px2 = kArea};
  for (std::size_t i = 0; i < truth.pose.points.size(); ++i) {
    truth.pose.points[i] = {.x = x + 5 * static_cast<float>(i), .y = y + 3 * static_cast<float>(i), .score = 1};
  }
  return truth;
}

PersonPose shifted(const TruthPose& truth, float dx, float score) {
  PersonPose found{.box = truth.box, .score = 1 - score, .pose = truth.pose};  // poses are ranked by their own scores
  found.pose.score = score;
  for (PosePoint& point : found.pose.points) point.x += dx;
  return found;
}

PoseScores measured(const std::vector<PosePicture>& pictures) {
  const auto scores = measure_poses(pictures);
  EXPECT_TRUE(scores) << scores.error().message;
  return *scores;
}

TEST(PoseSimilarity, is_one_on_the_spot_and_falls_with_the_squared_distance_over_the_area) {
  const TruthPose truth = person_at(10, 20);
  EXPECT_DOUBLE_EQ(similarity(truth, truth.pose), 1);
  core::Pose moved = truth.pose;
  moved[KeyPoint::kNose].x += 3;
  moved[KeyPoint::kNose].y -= 4;
  // exp(−25 / (2 · 10000 · 0.052²)) for the nose, 1 for the sixteen others.
  EXPECT_NEAR(similarity(truth, moved), (16 + std::exp(-25 / (2 * kArea * 0.052 * 0.052))) / 17, 1e-12);
  TruthPose larger = truth;
  larger.area_px2 *= 4;
  EXPECT_GT(similarity(larger, moved), similarity(truth, moved));
}

TEST(PoseSimilarity, looks_at_labelled_points_only) {
  TruthPose truth = person_at(0, 0);
  for (PosePoint& point : truth.pose.points) point.score = 0;
  truth.pose[KeyPoint::kLeftHip].score = 1;
  core::Pose moved = person_at(500, 0).pose;
  moved[KeyPoint::kLeftHip] = truth.pose[KeyPoint::kLeftHip];
  moved[KeyPoint::kLeftHip].x += 10;
  moved[KeyPoint::kLeftHip].score = 0;  // of what is found, the place alone counts
  EXPECT_NEAR(similarity(truth, moved), std::exp(-100 / (2 * kArea * 0.214 * 0.214)), 1e-12);
}

TEST(PoseSimilarity, without_labels_counts_how_far_points_lie_outside_of_the_enlarged_box) {
  TruthPose truth = person_at(200, 200);
  for (PosePoint& point : truth.pose.points) point.score = 0;
  core::Pose found;
  for (PosePoint& point : found.points) point = {.x = 100, .y = 400, .score = 1};
  EXPECT_DOUBLE_EQ(similarity(truth, found), 1) << "the corner of the enlarged box";
  for (PosePoint& point : found.points) point.x = 90;
  double expected = 0;
  for (const double deviation : {0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107,
                                 0.087, 0.087, 0.089, 0.089}) {
    expected += std::exp(-100 / (2 * kArea * 4 * deviation * deviation)) / 17;
  }
  EXPECT_NEAR(similarity(truth, found), expected, 1e-12);
}

TEST(PoseMetrics, everybody_found_and_nobody_else_is_one) {
  const TruthPose first = person_at(0, 0);
  const TruthPose second = person_at(300, 0);
  const auto scores = measured({{.truth = {first, second}, .found = {shifted(second, 0, 0.3F), shifted(first, 0, 0.9F)}}});
  EXPECT_EQ(scores.truth_people, 2U);
  EXPECT_EQ(scores.found_people, 2U);
  EXPECT_DOUBLE_EQ(*scores.ap50, 1);
  EXPECT_DOUBLE_EQ(*scores.ap50_95, 1);
  EXPECT_DOUBLE_EQ(*scores.ar50_95, 1);
}

TEST(PoseMetrics, a_shifted_pose_counts_up_to_its_similarity) {
  const TruthPose truth = person_at(0, 0);
  const PersonPose found = shifted(truth, 6, 0.9F);
  const double fit = similarity(truth, found.pose);
  ASSERT_GT(fit, 0.7);
  ASSERT_LT(fit, 0.9);
  const auto scores = measured({{.truth = {truth}, .found = {found}}});
  const double passed = std::floor((fit - 0.5) / 0.05) + 1;
  EXPECT_DOUBLE_EQ(*scores.ap50, 1);
  EXPECT_NEAR(*scores.ap50_95, passed / 10, 1e-12);
  EXPECT_NEAR(*scores.ar50_95, passed / 10, 1e-12);
}

TEST(PoseMetrics, a_false_person_between_two_hits_costs_precision_and_no_recall) {
  const TruthPose first = person_at(0, 0);
  const TruthPose second = person_at(300, 0);
  const auto scores = measured({{.truth = {first, second},
                                 .found = {shifted(first, 0, 0.9F), shifted(first, 1000, 0.5F), shifted(second, 0, 0.3F)}}});
  EXPECT_NEAR(*scores.ap50, (51 + 50 * 2.0 / 3) / 101, 1e-12);
  EXPECT_DOUBLE_EQ(*scores.ar50, 1);
}

TEST(PoseMetrics, crowds_and_people_without_labels_are_neither_hit_nor_miss) {
  const TruthPose first = person_at(0, 0);
  TruthPose ignored = person_at(300, 0);
  ignored.kind = TruthKind::kIgnored;
  TruthPose crowd = person_at(600, 0);
  crowd.kind = TruthKind::kCrowd;
  const auto scores = measured(
      {{.truth = {first, ignored, crowd},
        .found = {shifted(first, 0, 0.5F), shifted(ignored, 0, 0.9F), shifted(crowd, 0, 0.8F), shifted(crowd, 1, 0.7F)}}});
  EXPECT_EQ(scores.truth_people, 1U);
  EXPECT_DOUBLE_EQ(*scores.ap50, 1);
}

TEST(PoseMetrics, only_the_surest_twenty_of_a_picture_count) {
  const TruthPose truth = person_at(0, 0);
  PosePicture picture{.truth = {truth}, .found = {shifted(truth, 0, 0.1F)}};
  for (int i = 0; i < 20; ++i) picture.found.push_back(shifted(truth, 1000, 0.9F));
  EXPECT_DOUBLE_EQ(*measured({picture}).ap50, 0);
  picture.found.pop_back();
  EXPECT_NEAR(*measured({picture}).ap50, 0.05, 1e-12);
}

TEST(PoseMetrics, nobody_to_find_has_no_figure) {
  const auto scores = measured({{.truth = {}, .found = {shifted(person_at(0, 0), 0, 0.9F)}}});
  EXPECT_FALSE(scores.ap50 || scores.ap50_95 || scores.ar50_95);
  EXPECT_TRUE(nlohmann::json::parse(to_json(scores)).at("ap50").is_null());
  EXPECT_THAT(to_text(scores), ::testing::HasSubstr("AP50 –"));
  EXPECT_EQ(measured({{.truth = {person_at(0, 0)}, .found = {}}}).ap50, 0);
}

TEST(PoseMetrics, refuses_what_cannot_be_measured) {
  EXPECT_FALSE(measure_poses({}));
  PosePicture picture{.truth = {person_at(0, 0)}, .found = {shifted(person_at(0, 0), NAN, 0.9F)}};
  EXPECT_FALSE(measure_poses({&picture, 1}));
  picture.found = {shifted(person_at(0, 0), 0, INFINITY)};
  const auto refused = measure_poses({&picture, 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::kInvalidArgument);
}

class CocoPoses : public ::testing::Test {
 protected:
  core::Result<std::vector<CocoPosePicture>> read(const std::string& annotations) const {
    std::filesystem::create_directories(dir_ / "annotations");
    std::ofstream(dir_ / "annotations/person_keypoints_some.json")
        << R"({"categories": [{"id": 1, "name": "person"}], "images": [{"id": 5, "file_name": "a.jpg"}], "annotations": [)" +
               annotations + "]}";
    return read_coco_poses(dir_.path());
  }
  // Seventeen points, all with this visibility.
  static std::string annotation(int visibility, int crowd) {
    std::string points;
    for (int i = 0; i < 17; ++i) {
      points +=
          (i > 0 ? "," : "") + std::to_string(10 + i) + "," + std::to_string(20 + i) + "," + std::to_string(visibility);
    }
    return R"({"image_id": 5, "category_id": 1, "bbox": [1, 2, 30, 40], "area": 123.5, "iscrowd": )" +
           std::to_string(crowd) + R"(, "keypoints": [)" + points + "]}";
  }
  test::TempDir dir_;
};

TEST_F(CocoPoses, reads_people_and_who_of_them_is_to_be_found) {
  const auto pictures = read(annotation(1, 0) + "," + annotation(0, 0) + "," + annotation(2, 1));
  ASSERT_TRUE(pictures) << pictures.error().message;
  ASSERT_EQ(pictures->size(), 1U);
  EXPECT_EQ((*pictures)[0].file, dir_ / "some/a.jpg");
  const auto& truth = (*pictures)[0].truth;
  ASSERT_EQ(truth.size(), 3U);
  EXPECT_EQ(truth[0].kind, TruthKind::kObject) << "hidden points are labelled too";
  EXPECT_EQ(truth[1].kind, TruthKind::kIgnored);
  EXPECT_EQ(truth[2].kind, TruthKind::kCrowd);
  EXPECT_EQ(truth[0].box, (core::Box{.left = 1, .top = 2, .width = 30, .height = 40}));
  EXPECT_DOUBLE_EQ(truth[0].area_px2, 123.5);
  EXPECT_EQ(truth[0].pose[KeyPoint::kLeftEye].x, 11);
  EXPECT_EQ(truth[0].pose[KeyPoint::kRightAnkle].y, 36);
}

TEST_F(CocoPoses, refuses_people_with_another_number_of_key_points) {
  EXPECT_EQ(read_coco_poses(dir_.path()).error().code, core::ErrorCode::kNotFound);
  for (const char* points : {"", R"(, "keypoints": [1, 2, 2])"}) {
    const auto refused =
        read(std::string(R"({"image_id": 5, "category_id": 1, "bbox": [1, 2, 30, 40], "area": 1)") + points + "}");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, core::ErrorCode::kUnreadable);
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("a.jpg"));
  }
}

// Poses near those of the truth; some people are missed, some found twice.
std::vector<PersonPose> disturbed(int picture, const std::vector<TruthPose>& truth) {
  std::vector<PersonPose> found;
  for (int person = 0; person < static_cast<int>(truth.size()); ++person) {
    const TruthPose& of = truth[static_cast<std::size_t>(person)];
    if ((picture + person) % 6 == 5) continue;
    const bool labelled = std::ranges::any_of(of.pose.points, [](const PosePoint& point) { return point.score > 0; });
    for (int copy = 0; copy < ((picture + person) % 5 == 3 ? 2 : 1); ++copy) {
      const double step = std::sqrt(of.area_px2) * 0.01 * (1 + (picture + person) % 4) * (1 + copy);
      const double score = ((picture * 31 + person * 17) % 101 + 1) / 102.0 * (copy == 1 ? 0.9 : 1);
      PersonPose& pose = found.emplace_back(of.box);
      pose.pose.score = static_cast<float>(score);
      for (int i = 0; i < 17; ++i) {
        const PosePoint& point = of.pose.points[static_cast<std::size_t>(i)];
        const double x = labelled ? point.x : of.box.center_x();
        const double y = labelled ? point.y : of.box.center_y();
        pose.pose.points[static_cast<std::size_t>(i)] = {
            .x = static_cast<float>(x + ((picture * 7 + person * 13 + i * 5) % 11 - 5) * step),
            .y = static_cast<float>(y + ((picture * 3 + person * 17 + i * 11) % 13 - 6) * step),
            .score = 1};
      }
    }
  }
  return found;
}

TEST(PoseMetrics, equals_an_independent_computation_on_real_annotations) {
  VIGIL_REQUIRE_SHARED(coco, "data/people/coco_mini");
  const auto truth = read_coco_poses(coco);
  ASSERT_TRUE(truth) << truth.error().message;
  std::vector<PosePicture> pictures;
  for (int i = 0; i < static_cast<int>(truth->size()); ++i) {
    const auto& people = (*truth)[static_cast<std::size_t>(i)].truth;
    pictures.push_back({.truth = people, .found = disturbed(i, people)});
  }
  const PoseScores scores = measured(pictures);
  // A program of its own in Python with NumPy, written from COCO's description, on the same disturbed poses.
  EXPECT_EQ(scores.pictures, 159U);
  EXPECT_EQ(scores.truth_people, 154U);
  EXPECT_EQ(scores.found_people, 301U);
  EXPECT_NEAR(*scores.ap50, 0.467161, 1e-6);
  EXPECT_NEAR(*scores.ap75, 0.222515, 1e-6);
  EXPECT_NEAR(*scores.ap50_95, 0.227664, 1e-6);
  EXPECT_NEAR(*scores.ar50, 0.636364, 1e-6);
  EXPECT_NEAR(*scores.ar50_95, 0.386364, 1e-6);
}

}  // namespace
}  // namespace vigil::learn
