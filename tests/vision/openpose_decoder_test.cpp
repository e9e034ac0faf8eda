#include "vision/openpose_decoder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "drawn_people.h"
#include <gtest/gtest.h>

#include "core/random.h"
#include "vision/heat_peaks.h"

namespace vigil::vision {
namespace {

using core::KeyPoint;
using core::PosePoint;
using test::Drawing;
using test::Point;
using test::Skeleton;
using test::standing;

constexpr float kCellTolerance = 0.3F;
constexpr std::size_t kRightElbow = 3, kRightWrist = 4, kLeftElbow = 6, kLeftWrist = 7;

float distance(const PosePoint& a, const Point& b) { return std::hypot(a.x - b.x, a.y - b.y); }

// Every person drawn is found once, with its own points and no others.
void expect_found(const std::vector<DecodedPerson>& found, const std::vector<Skeleton>& drawn, float tolerance) {
  ASSERT_EQ(found.size(), drawn.size());
  for (const Skeleton& person : drawn) {
    const auto own = std::ranges::min_element(
        found, {}, [&](const DecodedPerson& each) { return distance(each.pose[KeyPoint::kNose], person.parts[0]); });
    for (std::size_t i = 0; i < test::kPartOf.size(); ++i) {
      const Point& point = person.parts[test::kPartOf[i]];
      const PosePoint& given = own->pose.points[i];
      if (std::isnan(point.x)) {
        EXPECT_EQ(given.score, 0) << "key point " << i;
        continue;
      }
      EXPECT_GT(given.score, 0.5F) << "key point " << i;
      EXPECT_LT(distance(given, point), tolerance) << "key point " << i;
      EXPECT_GT(iou(own->box, {.left = given.x - 0.1F, .top = given.y - 0.1F, .width = 0.2F, .height = 0.2F}), 0);
    }
  }
}

void add_noise(std::vector<float>& values, double most, core::Rng& rng) {
  for (float& value : values) value += static_cast<float>(core::uniform(rng, -most, most));
}

TEST(OpenPoseDecoder, finds_a_person_between_the_cells) {
  for (const float shift : {0.0F, 0.25F, 0.5F, 0.8F}) {
    Drawing drawing(46, 46);
    drawing.add(standing(23 + shift, 4 + shift, 36));
    const auto found = decode_openpose(drawing.grid(), {});
    expect_found(found, drawing.people(), kCellTolerance);
    EXPECT_GT(found[0].score, 0.7F);
    EXPECT_LE(found[0].score, 1.0F);
  }
}

TEST(OpenPoseDecoder, gives_the_arms_that_cross_to_those_who_have_them) {
  Drawing drawing(64, 48);
  Skeleton left = standing(22, 6, 36);
  Skeleton right = standing(40, 6, 36);
  // Each reaches across the other's arm.
  left.parts[kLeftElbow] = {.x = 31, .y = 14};
  left.parts[kLeftWrist] = {.x = 36, .y = 24};
  right.parts[kRightElbow] = {.x = 31, .y = 22};
  right.parts[kRightWrist] = {.x = 26, .y = 12};
  drawing.add(left).add(right);
  expect_found(decode_openpose(drawing.grid(), {}), drawing.people(), kCellTolerance);
}

TEST(OpenPoseDecoder, tells_apart_two_people_of_whom_one_stands_half_behind_the_other) {
  Drawing drawing(64, 48);
  drawing.add(standing(30, 6, 36)).add(standing(34.5F, 8, 34));
  expect_found(decode_openpose(drawing.grid(), {}), drawing.people(), kCellTolerance);
}

TEST(OpenPoseDecoder, finds_twenty_people_quickly) {
  Drawing drawing(64, 64);
  for (int i = 0; i < 20; ++i) {
    drawing.add(standing(6.3F + 12.7F * static_cast<float>(i % 5), 0.6F + 15.8F * static_cast<float>(i / 5), 14.9F));
  }
  const OpenPoseGrid grid = drawing.grid();
  expect_found(decode_openpose(grid, {}), drawing.people(), kCellTolerance);
  double fastest_ms = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 20; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    decode_openpose(grid, {});
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
    fastest_ms = std::min(fastest_ms, taken.count());
  }
  RecordProperty("milliseconds", std::to_string(fastest_ms));
  EXPECT_LT(fastest_ms, 20) << "far above what it takes, for slow builds";
}

TEST(OpenPoseDecoder, finds_who_is_seen_in_part) {
  Drawing drawing(46, 46);
  Skeleton person = standing(23, 4, 60);  // knees and feet lie below the picture
  for (std::size_t part = 0; part < 18; ++part) {
    if (person.parts[part].y > 44) person.parts[part] = {};
  }
  person.parts[kRightElbow] = person.parts[kRightWrist] = {};
  drawing.add(person);
  const auto found = decode_openpose(drawing.grid(), {});
  expect_found(found, drawing.people(), kCellTolerance);
  EXPECT_LT(found[0].score, decode_openpose(Drawing(46, 46).add(standing(23, 4, 36)).grid(), {})[0].score);
}

TEST(OpenPoseDecoder, takes_no_peaks_for_a_person_that_no_limb_connects) {
  Drawing drawing(46, 46);
  drawing.add(standing(23, 4, 36));
  std::ranges::fill(drawing.limbs(), 0.0F);
  EXPECT_TRUE(decode_openpose(drawing.grid(), {}).empty()) << "parts that no limb connects";
  Drawing backwards(46, 46);
  backwards.add(standing(23, 4, 36));
  for (float& value : backwards.limbs()) value = -value;
  EXPECT_TRUE(decode_openpose(backwards.grid(), {}).empty()) << "limbs that point the other way";
  EXPECT_TRUE(decode_openpose(Drawing(46, 46).grid(), {}).empty()) << "nothing drawn";
  EXPECT_TRUE(decode_openpose(Drawing(0, 0).grid(), {}).empty());
}

TEST(OpenPoseDecoder, noise_neither_hides_nor_moves_people) {
  Drawing drawing(64, 48);
  drawing.add(standing(18, 6, 36)).add(standing(44, 6, 36));
  core::Rng rng = core::make_rng({1});
  add_noise(drawing.parts(), 0.05, rng);
  add_noise(drawing.limbs(), 0.3, rng);
  expect_found(decode_openpose(drawing.grid(), {.part_threshold = 0.2F}), drawing.people(), kCellTolerance);
}

TEST(OpenPoseDecoder, holds_against_values_that_are_no_numbers) {
  Drawing drawing(46, 46);
  drawing.add(standing(23, 4, 36));
  for (const float bad : {NAN, INFINITY, -INFINITY, std::numeric_limits<float>::max()}) {
    Drawing spoilt = drawing;
    for (std::size_t i = 0; i < spoilt.parts().size(); i += 41) spoilt.parts()[i] = bad;
    for (std::size_t i = 0; i < spoilt.limbs().size(); i += 7) spoilt.limbs()[i] = bad;
    for (const DecodedPerson& person : decode_openpose(spoilt.grid(), {})) {
      EXPECT_TRUE(person.box.finite());
      EXPECT_EQ(person.pose.score, person.score);
      EXPECT_GT(person.score, 0);
      EXPECT_LE(person.score, 1);
      for (const PosePoint& point : person.pose.points) {
        EXPECT_TRUE(point.x >= 0 && point.x <= 46 && point.y >= 0 && point.y <= 46);
        EXPECT_TRUE(point.score >= 0 && point.score <= 1);
      }
    }
    std::ranges::fill(spoilt.parts(), bad);
    std::ranges::fill(spoilt.limbs(), bad);
    EXPECT_TRUE(decode_openpose(spoilt.grid(), {}).empty());
  }
}

TEST(OpenPoseDecoder, work_is_bounded_whatever_the_maps_say) {
  Drawing drawing(256, 256);
  core::Rng rng = core::make_rng({2});
  add_noise(drawing.parts(), 1, rng);
  add_noise(drawing.limbs(), 1, rng);
  const auto begin = std::chrono::steady_clock::now();
  const auto found = decode_openpose(drawing.grid(), {.score_threshold = 0, .max_people = 7});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(found.size(), 7U);
  EXPECT_TRUE(std::ranges::is_sorted(found, std::greater<>(), &DecodedPerson::score));
}

TEST(HeatPeaks, of_equal_cells_the_first_is_the_peak) {
  const std::vector<float> flat(12, 0.7F);
  const auto peaks = find_heat_peaks({.width = 4, .height = 3, .values = flat}, {});
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_EQ(peaks[0].x, 0);
  EXPECT_EQ(peaks[0].y, 0);
  EXPECT_FLOAT_EQ(peaks[0].score, 0.7F);
}

TEST(HeatPeaks, two_equal_neighbours_have_their_peak_between_them) {
  const std::vector<float> row = {0, 0, 0, 0, 0, 0, 0.1F, 0.8F, 0.8F, 0.1F, 0, 0, 0, 0, 0};
  const auto peaks = find_heat_peaks({.width = 5, .height = 3, .values = row}, {});
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_FLOAT_EQ(peaks[0].x, 2.5F);
  EXPECT_FLOAT_EQ(peaks[0].y, 1);
}

TEST(HeatPeaks, only_the_surest_are_given) {
  std::vector<float> values(25);
  values[0] = 0.3F;
  values[4] = 0.9F;
  values[20] = 0.05F;
  values[24] = 0.6F;
  const HeatMap map{.width = 5, .height = 5, .values = values};
  EXPECT_EQ(find_heat_peaks(map, {}).size(), 3U);
  const auto peaks = find_heat_peaks(map, {.max_peaks = 2});
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_FLOAT_EQ(peaks[0].score, 0.9F);
  EXPECT_FLOAT_EQ(peaks[1].score, 0.6F);
}

}  // namespace
}  // namespace vigil::vision
