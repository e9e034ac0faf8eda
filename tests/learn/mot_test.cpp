// MOT files, the metrics of tracking on cases small enough to be worked out by hand, and on published ones.
#include <cmath>
#include <format>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learn/mot_file.h"
#include "learn/mot_metrics.h"
#include "learn/mot_tracking.h"
#include "support/shared_data.h"

namespace vigil::learn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr double kExact = 1e-12;

TEST(MotFile, reads_boxes_in_the_order_of_frames) {
  const auto boxes =
      parse_mot("2,7,10,20,30.5,40,0.9,-1,-1,-1\n1, 3 ,1,2,3,4,1\r\n\n1,4,-5,2,3,4,0,0.5", "gt.txt", MotFileKind::kTruth);
  ASSERT_TRUE(boxes) << boxes.error().message;
  ASSERT_THAT(*boxes, SizeIs(3));
  EXPECT_EQ((*boxes)[0], (MotBox{.frame = 1, .id = 3, .box = {.left = 1, .top = 2, .width = 3, .height = 4}}));
  EXPECT_EQ((*boxes)[1].confidence, 0);
  EXPECT_EQ((*boxes)[2].box.width, 30.5F);
}

TEST(MotFile, an_empty_one_has_no_boxes) {
  EXPECT_THAT(parse_mot("", "r.txt", MotFileKind::kResult).value(), IsEmpty());
  EXPECT_THAT(parse_mot("\n \r\n", "r.txt", MotFileKind::kResult).value(), IsEmpty());
}

TEST(MotFile, what_is_wrong_is_said_with_file_line_and_value) {
  const auto message = [](std::string_view line, MotFileKind kind = MotFileKind::kTruth) {
    const auto boxes = parse_mot(std::format("1,1,0,0,9,9,1\n{}\n", line), "a/gt.txt", kind);
    EXPECT_FALSE(boxes) << line;
    if (boxes) return std::string();
    EXPECT_EQ(boxes.error().code, core::ErrorCode::kUnreadable);
    return boxes.error().message;
  };
  EXPECT_EQ(message("2,1,0,0,nine,9,1"), "a/gt.txt:2: width = 'nine': must be a number");
  EXPECT_THAT(message("2,1,0,0,9"), HasSubstr("a/gt.txt:2: '2,1,0,0,9': 5 fields, 7 are needed"));
  EXPECT_THAT(message("2,1,0,0,9", MotFileKind::kResult), HasSubstr("5 fields, 6 are needed"));
  EXPECT_THAT(message("0,1,0,0,9,9,1"), HasSubstr("frame = 0"));
  EXPECT_THAT(message("1.5,1,0,0,9,9,1"), HasSubstr("frame = 1.5"));
  EXPECT_THAT(message("99999999,1,0,0,9,9,1"), HasSubstr("frame = 99999999"));
  EXPECT_THAT(message("2,1.5,0,0,9,9,1"), HasSubstr("id = 1.5"));
  EXPECT_THAT(message("2,1,nan,0,9,9,1"), HasSubstr("left = 'nan'"));
  EXPECT_THAT(message("2,1,0,1e9,9,9,1"), HasSubstr("top = 1e9: must lie in -1e6 to 1e6"));
  EXPECT_THAT(message("2,1,0,1000000000,9,9,1"), HasSubstr("top = 1000000000: must"));
  EXPECT_THAT(message("2,1,0,0,9,0,1"), HasSubstr("height = 0: must lie above 0"));
  EXPECT_THAT(message("2,1,0,0,9,-3,1"), HasSubstr("height = -3"));
  EXPECT_THAT(message("1,1,5,5,9,9,1"), HasSubstr("id 1 stands twice in frame 1"));
  EXPECT_THAT(message("frame;id"), HasSubstr("frame = 'frame;id'"));
  EXPECT_TRUE(parse_mot("1,-1,0,0,9,9,1\n1,-1,0,0,9,9,1\n", "det.txt", MotFileKind::kDetections)) << "no ids to clash";
}

TEST(MotFile, what_is_written_reads_back) {
  const std::vector<MotBox> boxes = {
      {.frame = 3, .id = 8, .box = {.left = 1.5F, .top = -2, .width = 3.25F, .height = 4}, .confidence = 0.5F}};
  EXPECT_EQ(parse_mot(format_mot(boxes), "r.txt", MotFileKind::kResult).value(), boxes);
}

TEST(MotFile, one_that_is_missing_is_named) {
  const auto boxes = read_mot_file("no/such/gt.txt", MotFileKind::kTruth);
  ASSERT_FALSE(boxes);
  EXPECT_EQ(boxes.error().code, core::ErrorCode::kNotFound);
  EXPECT_THAT(boxes.error().message, HasSubstr("no/such/gt.txt"));
}

MotBox at(int frame, std::int64_t id, float left = 0, float confidence = 1) {
  return {.frame = frame, .id = id, .box = {.left = left, .top = 0, .width = 10, .height = 10}, .confidence = confidence};
}

TEST(MotMetrics, a_perfect_result_scores_one) {
  const std::vector<MotBox> truth = {at(1, 1), at(1, 2, 50), at(2, 1), at(2, 2, 50)};
  const std::vector<MotBox> result = {at(1, 30), at(1, 20, 50), at(2, 30), at(2, 20, 50)};
  const auto scores = measure_tracking(truth, result);
  ASSERT_TRUE(scores);
  for (const double value :
       {scores->mota, *scores->motp, scores->idf1, *scores->idp, scores->idr, scores->hota, scores->det_a, scores->ass_a}) {
    EXPECT_NEAR(value, 1, kExact);
  }
  EXPECT_EQ(scores->id_switches + scores->fragmentations + scores->false_negatives + scores->false_positives, 0U);
  EXPECT_EQ(scores->true_positives, 4U);
}

TEST(MotMetrics, half_a_life_under_another_id) {
  const auto scores = measure_tracking(std::vector{at(1, 1), at(2, 1), at(3, 1), at(4, 1)},
                                       std::vector{at(1, 5), at(2, 5), at(3, 6), at(4, 6)});
  EXPECT_EQ(scores->id_switches, 1U);
  EXPECT_EQ(scores->fragmentations, 0U);
  EXPECT_NEAR(scores->mota, 0.75, kExact);
  EXPECT_NEAR(scores->idf1, 0.5, kExact);
  EXPECT_NEAR(scores->det_a, 1, kExact);
  EXPECT_NEAR(scores->ass_a, 0.5, kExact);
  EXPECT_NEAR(scores->hota, std::sqrt(0.5), kExact);
}

TEST(MotMetrics, a_box_gone_astray_is_a_miss_a_false_positive_and_a_fragmentation) {
  const auto scores = measure_tracking(std::vector{at(1, 1), at(2, 1), at(3, 1), at(4, 1)},
                                       std::vector{at(1, 5), at(2, 5), at(3, 5, 80), at(4, 5)});
  EXPECT_EQ(scores->false_negatives, 1U);
  EXPECT_EQ(scores->false_positives, 1U);
  EXPECT_EQ(scores->fragmentations, 1U);
  EXPECT_EQ(scores->id_switches, 0U);
  EXPECT_NEAR(scores->mota, 0.5, kExact);
  EXPECT_NEAR(scores->idf1, 0.75, kExact);
  EXPECT_NEAR(scores->hota, 0.6, kExact) << "DetA 3 / 5, AssA 3 / 5";
}

TEST(MotMetrics, hota_asks_for_overlap_at_nineteen_thresholds) {
  MotBox narrow = at(1, 5);
  narrow.box.width = 6;  // an IoU of 0.6: thresholds 0.05 to 0.6
  const auto scores = measure_tracking(std::vector{at(1, 1)}, std::vector{narrow});
  EXPECT_NEAR(*scores->motp, 0.6, 1e-6);
  EXPECT_NEAR(scores->hota, 12.0 / 19, kExact);
  EXPECT_NEAR(scores->det_a, 12.0 / 19, kExact);
}

TEST(MotMetrics, a_pair_goes_on_while_it_overlaps_enough_although_another_overlaps_more) {
  const auto scores = measure_tracking(std::vector{at(1, 1), at(2, 1)}, std::vector{at(1, 5), at(2, 5, 3), at(2, 6, 0)});
  EXPECT_EQ(scores->id_switches, 0U);
  EXPECT_EQ(scores->false_positives, 1U);
  EXPECT_NEAR(*scores->motp, (1 + 7.0 / 13) / 2, 1e-6);
}

TEST(MotMetrics, a_track_that_is_found_again_after_a_gap_is_no_switch) {
  const auto again = measure_tracking(std::vector{at(1, 1), at(2, 1), at(3, 1)}, std::vector{at(1, 5), at(3, 5)});
  EXPECT_EQ(again->id_switches, 0U);
  EXPECT_EQ(again->fragmentations, 1U);
  const auto other = measure_tracking(std::vector{at(1, 1), at(2, 1), at(3, 1)}, std::vector{at(1, 5), at(3, 6)});
  EXPECT_EQ(other->id_switches, 1U);
  EXPECT_EQ(other->fragmentations, 1U);
}

TEST(MotMetrics, what_is_to_be_ignored_is_neither_hit_nor_miss) {
  const std::vector<MotBox> truth = {at(1, 1), at(1, 2, 50, 0), at(2, 1), at(2, 3, 90, 0)};
  const auto scores = measure_tracking(truth, std::vector{at(1, 5), at(1, 6, 51), at(2, 5)});
  EXPECT_NEAR(scores->mota, 1, kExact);
  EXPECT_NEAR(scores->idf1, 1, kExact);
  EXPECT_NEAR(scores->hota, 1, kExact);
  EXPECT_EQ(scores->truth_boxes, 2U);
  EXPECT_EQ(scores->truth_tracks, 1U);
  EXPECT_EQ(scores->result_tracks, 1U);
}

TEST(MotMetrics, only_the_frames_of_the_truth_are_measured_or_those_asked_for) {
  const std::vector<MotBox> truth = {at(5, 1), at(6, 1), at(7, 1)};
  const std::vector<MotBox> result = {at(4, 9), at(5, 9), at(6, 9), at(7, 9, 80), at(8, 9)};
  const auto all = measure_tracking(truth, result);
  EXPECT_EQ(all->frames, 3U);
  EXPECT_EQ(all->false_positives, 1U);
  EXPECT_NEAR(measure_tracking(truth, result, {.first_frame = 5, .last_frame = 6})->mota, 1, kExact);
  EXPECT_EQ(measure_tracking(truth, result, {.first_frame = 1})->false_positives, 2U);
}

TEST(MotMetrics, frames_that_were_not_looked_at_are_not_measured) {
  const std::vector<MotBox> truth = {at(1, 1), at(2, 1), at(3, 1), at(4, 1), at(5, 1)};
  const std::vector<MotBox> result = {at(1, 9), at(2, 9, 80), at(3, 9), at(5, 9), at(7, 9)};
  const auto scores = measure_tracking(truth, result, {.looked_at = {1, 3, 5, 7}});
  ASSERT_TRUE(scores);
  EXPECT_EQ(scores->frames, 3U);
  EXPECT_EQ(scores->truth_boxes, 3U);
  EXPECT_EQ(scores->result_boxes, 3U);
  EXPECT_NEAR(scores->mota, 1, kExact);
  EXPECT_EQ(scores->fragmentations, 0U);
  EXPECT_FALSE(measure_tracking(truth, result, {.first_frame = 2, .last_frame = 2, .looked_at = {1, 3, 5, 7}}));
}

TEST(MotMetrics, an_empty_result_misses_all) {
  const auto scores = measure_tracking(std::vector{at(1, 1), at(2, 1)}, {});
  EXPECT_EQ(scores->false_negatives, 2U);
  EXPECT_EQ(scores->mota, 0);
  EXPECT_EQ(scores->idf1, 0);
  EXPECT_EQ(scores->hota, 0);
  EXPECT_FALSE(scores->motp);
  EXPECT_FALSE(scores->idp);
  EXPECT_THAT(to_text(*scores), HasSubstr("MOTP -"));
  EXPECT_THAT(to_json(*scores), HasSubstr("\"motp\":null"));
}

TEST(MotMetrics, nothing_to_measure_is_an_error) {
  EXPECT_THAT(measure_tracking({}, std::vector{at(1, 1)}).error().message, HasSubstr("no boxes"));
  EXPECT_THAT(measure_tracking(std::vector{at(1, 1, 0, 0)}, {}).error().message, HasSubstr("nothing to measure"));
  EXPECT_THAT(measure_tracking(std::vector{at(1, 1)}, {}, {.iou_threshold = 0}).error().message, HasSubstr("iou-threshold"));
  EXPECT_THAT(measure_tracking(std::vector{at(1, 1)}, {}, {.first_frame = 3}).error().message, HasSubstr("frames 3 to 1"));
}

TEST(MotMetrics, published_scores_of_a_known_tracker_come_out) {
  VIGIL_REQUIRE_SHARED(folder, "data/tracking/TUD-Stadtmitte");
  const auto truth = read_mot_file(folder / "gt.txt", MotFileKind::kTruth);
  const auto result = read_mot_file(folder / "sample_result.txt", MotFileKind::kResult);
  ASSERT_TRUE(truth && result);
  const auto scores = measure_tracking(*truth, *result);
  ASSERT_TRUE(scores);
  EXPECT_THAT(to_text(*scores), HasSubstr("MOTA 56.4  MOTP 65.4"));
  EXPECT_THAT(to_text(*scores), HasSubstr("IDF1 64.5"));
  EXPECT_EQ(scores->false_positives, 45U);
  EXPECT_EQ(scores->false_negatives, 452U);
  EXPECT_EQ(scores->id_switches, 7U);
  EXPECT_EQ(scores->fragmentations, 6U);
}

std::vector<MotBox> walking(int frames, float step) {
  std::vector<MotBox> boxes;
  for (int frame = 1; frame <= frames; ++frame) boxes.push_back(at(frame, 1, step * static_cast<float>(frame)));
  return boxes;
}

TEST(MotTracking, follows_from_the_first_detection_on_or_as_a_camera_would_show_it) {
  const auto detections = walking(10, 1);
  EXPECT_THAT(track_detections(detections, {})->boxes, SizeIs(10));
  EXPECT_THAT(track_detections(detections, {.live = true})->boxes, SizeIs(8));
}

TEST(MotTracking, frames_come_back_as_they_went_in_at_any_frame_rate) {
  for (const double fps : {0.5, 7.0, 25.0, 29.97, 1000.0}) {
    MotTrackingOptions options{.fps = fps, .fill_gaps = core::MediaDuration::from_seconds(20)};
    options.tracker.max_age = core::MediaDuration::from_seconds(20);
    auto detections = walking(40, 0);
    detections.erase(detections.begin() + 20, detections.begin() + 24);
    const auto tracking = track_detections(detections, options);
    ASSERT_TRUE(tracking) << tracking.error().message;
    ASSERT_THAT(tracking->boxes, SizeIs(40)) << fps;
    for (int i = 0; i < 40; ++i) EXPECT_EQ(tracking->boxes[static_cast<std::size_t>(i)].frame, i + 1);
  }
}

TEST(MotTracking, options_out_of_range_are_refused) {
  EXPECT_THAT(track_detections({}, {.fps = 0}).error().message, HasSubstr("fps = 0"));
  EXPECT_THAT(track_detections({}, {.fill_gaps = core::MediaDuration::from_seconds(-1)}).error().message,
              HasSubstr("fill-gaps = -1"));
}

TEST(MotTracking, live_shows_nothing_that_was_not_known_at_the_time) {
  auto detections = walking(20, 0);
  detections.erase(detections.begin() + 10, detections.begin() + 14);
  const auto frames = [&](bool live) {
    std::vector<int> numbers;
    const auto tracking = track_detections(detections, {.live = live});
    for (const MotBox& box : tracking->boxes) numbers.push_back(box.frame);
    return numbers;
  };
  EXPECT_THAT(frames(true), ElementsAre(3, 4, 5, 6, 7, 8, 9, 10, 15, 16, 17, 18, 19, 20));
  EXPECT_THAT(frames(false), SizeIs(20));
}

// SORT's best on the same detections: docs/decisions/0010-tracker.md.
struct RealSequence {
  std::string folder;
  std::string truth;
  double fps = 0;
  double sort_mota = 0;
  double sort_idf1 = 0;
};

class RealTracking : public ::testing::TestWithParam<RealSequence> {};

TEST_P(RealTracking, is_better_than_sort_and_far_better_than_overlap_alone) {
  VIGIL_REQUIRE_SHARED(tracking, "data/tracking");
  const auto truth = read_mot_file(tracking / GetParam().folder / GetParam().truth, MotFileKind::kTruth);
  const auto detections = read_mot_file(tracking / GetParam().folder / "det.txt", MotFileKind::kDetections);
  ASSERT_TRUE(truth && detections);
  for (const bool live : {true, false}) {
    const auto measured = [&](bool motion) {
      MotTrackingOptions options{.fps = GetParam().fps, .live = live};
      options.tracker.motion = motion;
      return measure_tracking(*truth, track_detections(*detections, options)->boxes).value();
    };
    const TrackingScores ours = measured(true);
    EXPECT_GT(ours.mota, GetParam().sort_mota) << (live ? "live" : "recording");
    EXPECT_GT(ours.idf1, GetParam().sort_idf1) << (live ? "live" : "recording");
    EXPECT_GT(ours.idf1, measured(false).idf1 + 0.1) << (live ? "live" : "recording");
  }
}

INSTANTIATE_TEST_SUITE_P(
    street, RealTracking,
    ::testing::Values(RealSequence{
        .folder = "PETS09-S2L1", .truth = "gt_1-400.txt", .fps = 7, .sort_mota = 0.574, .sort_idf1 = 0.405}));
INSTANTIATE_TEST_SUITE_P(
    town, RealTracking,
    ::testing::Values(RealSequence{
        .folder = "TUD-Stadtmitte", .truth = "gt.txt", .fps = 25, .sort_mota = 0.717, .sort_idf1 = 0.799}));

}  // namespace
}  // namespace vigil::learn
