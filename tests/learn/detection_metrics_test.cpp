#include "learn/detection_metrics.h"

#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "learn/coco_boxes.h"
#include "support/temp_dir.h"

namespace vigil::learn {
namespace {

using core::Box;
using core::Detection;
using core::ErrorCode;

constexpr Box kFirst{.left = 0, .top = 0, .width = 10, .height = 10};
constexpr Box kSecond{.left = 50, .top = 0, .width = 10, .height = 10};
constexpr Box kElsewhere{.left = 200, .top = 0, .width = 10, .height = 10};

Detection at(const Box& box, float score) { return {.box = box, .score = score}; }

DetectionScores measured(const std::vector<DetectionPicture>& pictures) {
  const auto scores = measure_detection(pictures);
  EXPECT_TRUE(scores) << scores.error().message;
  return *scores;
}

TEST(DetectionMetrics, everything_found_and_nothing_else_is_one) {
  const auto scores = measured({{.truth = {{kFirst}, {kSecond}}, .found = {at(kSecond, 0.3F), at(kFirst, 0.9F)}}});
  EXPECT_EQ(scores.truth_boxes, 2U);
  EXPECT_DOUBLE_EQ(*scores.ap50, 1);
  EXPECT_DOUBLE_EQ(*scores.ap50_95, 1);
  EXPECT_DOUBLE_EQ(*scores.recall90, 1);
  EXPECT_DOUBLE_EQ(scores.best_f1->f1, 1);
  EXPECT_FLOAT_EQ(static_cast<float>(scores.best_f1->score), 0.3F);
}

TEST(DetectionMetrics, a_false_box_between_two_hits_costs_what_the_curve_says) {
  const auto scores =
      measured({{.truth = {{kFirst}, {kSecond}}, .found = {at(kFirst, 0.9F), at(kElsewhere, 0.5F), at(kSecond, 0.3F)}}});
  // Precision 1 up to recall 0.5 (51 of 101 points), then 2/3 (50 points).
  EXPECT_NEAR(*scores.ap50, (51 + 50 * 2.0 / 3) / 101, 1e-12);
  EXPECT_DOUBLE_EQ(*scores.recall90, 0.5);
  EXPECT_DOUBLE_EQ(scores.best_f1->f1, 0.8);
}

TEST(DetectionMetrics, what_is_missed_ends_the_curve) {
  const auto scores = measured({{.truth = {{kFirst}}, .found = {}}, {.truth = {{kSecond}}, .found = {at(kSecond, 0.9F)}}});
  EXPECT_NEAR(*scores.ap50, 51.0 / 101, 1e-12);
  EXPECT_EQ(measured({{.truth = {{kFirst}}, .found = {}}}).ap50, 0);
}

TEST(DetectionMetrics, a_shifted_box_hits_up_to_its_overlap) {
  const Box shifted{.left = 2, .top = 0, .width = 10, .height = 10};  // IoU 80 / 120 = 0.667: 0.5, 0.55, 0.6, 0.65
  const auto scores = measured({{.truth = {{kFirst}}, .found = {at(shifted, 0.9F)}}});
  EXPECT_DOUBLE_EQ(*scores.ap50, 1);
  EXPECT_DOUBLE_EQ(*scores.ap75, 0);
  EXPECT_NEAR(*scores.ap50_95, 0.4, 1e-12);
}

TEST(DetectionMetrics, a_second_box_on_one_person_is_false) {
  const auto scores =
      measured({{.truth = {{kFirst}, {kSecond}}, .found = {at(kFirst, 0.9F), at(kFirst, 0.8F), at(kSecond, 0.7F)}}});
  EXPECT_NEAR(*scores.ap50, (51 + 50 * 2.0 / 3) / 101, 1e-12);
}

TEST(DetectionMetrics, a_detection_takes_the_object_it_overlaps_most) {
  const Box near{.left = 3, .top = 0, .width = 10, .height = 10};
  const Box between{.left = 1, .top = 0, .width = 10, .height = 10};  // IoU 0.82 with the first, 0.67 with `near`
  const auto scores = measured({{.truth = {{near}, {kFirst}}, .found = {at(between, 0.9F), at(near, 0.8F)}}});
  EXPECT_DOUBLE_EQ(*scores.ap50, 1);
}

TEST(DetectionMetrics, what_is_ignored_is_neither_hit_nor_miss) {
  const auto scores =
      measured({{.truth = {{kFirst}, {kSecond, TruthKind::kIgnored}}, .found = {at(kSecond, 0.95F), at(kFirst, 0.9F)}}});
  EXPECT_EQ(scores.truth_boxes, 1U);
  EXPECT_DOUBLE_EQ(*scores.ap50, 1);
  const auto twice = measured({{.truth = {{kFirst}, {kSecond, TruthKind::kIgnored}},
                                .found = {at(kSecond, 0.95F), at(kSecond, 0.94F), at(kFirst, 0.9F)}}});
  EXPECT_DOUBLE_EQ(*twice.ap50, 0.5) << "it takes one detection only";
}

TEST(DetectionMetrics, an_object_comes_before_what_is_ignored) {
  const Box shifted{.left = 2, .top = 0, .width = 10, .height = 10};
  const auto scores = measured({{.truth = {{shifted, TruthKind::kIgnored}, {kFirst}}, .found = {at(shifted, 0.9F)}}});
  EXPECT_DOUBLE_EQ(*scores.ap50, 1) << "though it overlaps the ignored one more";
}

TEST(DetectionMetrics, a_crowd_takes_everything_that_lies_in_it) {
  const Box crowd{.left = 40, .top = 0, .width = 100, .height = 100};
  const Box half_in{.left = 36, .top = 50, .width = 10, .height = 10};     // 60 % inside
  const Box mostly_out{.left = 34, .top = 70, .width = 10, .height = 10};  // 40 % inside
  const auto scores = measured({{.truth = {{kFirst}, {crowd, TruthKind::kCrowd}},
                                 .found = {at(kSecond, 0.9F), at(half_in, 0.8F), at(kFirst, 0.5F)}}});
  EXPECT_DOUBLE_EQ(*scores.ap50, 1);
  const auto beside =
      measured({{.truth = {{kFirst}, {crowd, TruthKind::kCrowd}}, .found = {at(mostly_out, 0.8F), at(kFirst, 0.5F)}}});
  EXPECT_DOUBLE_EQ(*beside.ap50, 0.5);
}

TEST(DetectionMetrics, only_the_surest_hundred_of_a_picture_count) {
  DetectionPicture picture{.truth = {{kFirst}}, .found = {at(kFirst, 0.1F)}};
  for (int i = 0; i < 100; ++i) picture.found.push_back(at(kElsewhere, 0.9F));
  EXPECT_DOUBLE_EQ(*measured({picture}).ap50, 0);
  picture.found.pop_back();
  EXPECT_DOUBLE_EQ(*measured({picture}).ap50, 0.01);
}

TEST(DetectionMetrics, nothing_to_find_has_no_figure) {
  const auto scores = measured({{.truth = {}, .found = {at(kFirst, 0.9F)}}});
  EXPECT_FALSE(scores.ap50 || scores.ap50_95 || scores.best_f1);
  EXPECT_TRUE(nlohmann::json::parse(to_json(scores)).at("ap50").is_null());
  EXPECT_THAT(to_text(scores), ::testing::HasSubstr("AP50 –"));
}

TEST(DetectionMetrics, refuses_what_cannot_be_measured) {
  EXPECT_FALSE(measure_detection({}));
  const auto refused = measure_detection(std::vector<DetectionPicture>{{.truth = {{kFirst}}, .found = {at(kFirst, NAN)}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
}

class CocoBoxes : public ::testing::Test {
 protected:
  core::Result<std::vector<CocoPicture>> read(const std::string& json) const {
    std::filesystem::create_directories(dir_ / "annotations");
    std::ofstream(dir_ / "annotations/instances_some.json") << json;
    return read_coco_folder(dir_.path(), "person");
  }
  test::TempDir dir_;
};

TEST_F(CocoBoxes, reads_the_boxes_of_one_category) {
  const auto pictures = read(R"({
    "categories": [{"id": 7, "name": "dog"}, {"id": 3, "name": "person"}],
    "images": [{"id": 20, "file_name": "b.jpg"}, {"id": 10, "file_name": "a.jpg"}],
    "annotations": [{"image_id": 10, "category_id": 3, "bbox": [1, 2, 3.5, 4], "iscrowd": 0},
                    {"image_id": 10, "category_id": 3, "bbox": [5, 6, 7, 8], "iscrowd": 1},
                    {"image_id": 10, "category_id": 3, "bbox": [5, 6, 0, 8], "iscrowd": 0},
                    {"image_id": 20, "category_id": 7, "bbox": [1, 2, 3, 4], "iscrowd": 0}]})");
  ASSERT_TRUE(pictures) << pictures.error().message;
  ASSERT_EQ(pictures->size(), 2U);
  EXPECT_EQ((*pictures)[0].file, dir_ / "some/b.jpg");
  EXPECT_TRUE((*pictures)[0].truth.empty());
  const auto& truth = (*pictures)[1].truth;
  ASSERT_EQ(truth.size(), 2U);
  EXPECT_EQ(truth[0].box, (Box{.left = 1, .top = 2, .width = 3.5F, .height = 4}));
  EXPECT_EQ(truth[0].kind, TruthKind::kObject);
  EXPECT_EQ(truth[1].kind, TruthKind::kCrowd);
}

TEST_F(CocoBoxes, refuses_what_is_not_coco) {
  EXPECT_EQ(read_coco_folder(dir_.path(), "person").error().code, ErrorCode::kNotFound);
  for (const char* json : {"", "{", "[]", R"({"categories": [], "images": [], "annotations": []})",
                           R"({"categories": [{"id": 1, "name": "person"}], "images": [],
                               "annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}]})",
                           R"({"categories": [{"id": 1, "name": "person"}], "images": [{"id": 1, "file_name": "a"}],
                               "annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 2, "x", 4]}]})"}) {
    const auto refused = read(json);
    ASSERT_FALSE(refused) << json;
    EXPECT_EQ(refused.error().code, ErrorCode::kUnreadable);
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("instances_some.json"));
  }
}

}  // namespace
}  // namespace vigil::learn
