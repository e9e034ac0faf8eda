#include "vision/openpose_decoder.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/random.h"
#include "vision/heat_peaks.h"

namespace vigil::vision {
namespace {

using core::KeyPoint;
using core::PosePoint;

constexpr float kCellTolerance = 0.3F;
constexpr float kSpread = 0.875F;  // cells: as the published network was trained
constexpr float kLimbWidth = 1;    // cells to each side

struct Point {
  float x = NAN;  // not a number: not in the picture
  float y = NAN;
};

// A person as drawn: OpenPose's 18 parts, in cells.
struct Skeleton {
  std::array<Point, 18> parts;
};

// Facing the camera, so that their right is on our left; `height` from head to foot.
Skeleton standing(float x, float y, float height) {
  constexpr std::array<Point, 18> kForm = {{{0, 0.08F},
                                            {0, 0.2F},
                                            {-0.11F, 0.2F},
                                            {-0.16F, 0.35F},
                                            {-0.18F, 0.5F},
                                            {0.11F, 0.2F},
                                            {0.16F, 0.35F},
                                            {0.18F, 0.5F},
                                            {-0.07F, 0.52F},
                                            {-0.08F, 0.74F},
                                            {-0.08F, 0.96F},
                                            {0.07F, 0.52F},
                                            {0.08F, 0.74F},
                                            {0.08F, 0.96F},
                                            {-0.025F, 0.06F},
                                            {0.025F, 0.06F},
                                            {-0.05F, 0.07F},
                                            {0.05F, 0.07F}}};
  Skeleton person;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    person.parts[i] = {.x = x + kForm[i].x * height, .y = y + kForm[i].y * height};
  }
  return person;
}

constexpr std::size_t kRightElbow = 3, kRightWrist = 4, kLeftElbow = 6, kLeftWrist = 7;

// COCO's key points as numbers of OpenPose's parts.
constexpr std::array<std::size_t, 17> kPartOf = {0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10};

// Which parts the published network's limbs connect, by the number of the field.
constexpr std::array<std::array<std::size_t, 2>, 19> kLimbs = {{{1, 8},
                                                                {8, 9},
                                                                {9, 10},
                                                                {1, 11},
                                                                {11, 12},
                                                                {12, 13},
                                                                {1, 2},
                                                                {2, 3},
                                                                {3, 4},
                                                                {2, 16},
                                                                {1, 5},
                                                                {5, 6},
                                                                {6, 7},
                                                                {5, 17},
                                                                {1, 0},
                                                                {0, 14},
                                                                {0, 15},
                                                                {14, 16},
                                                                {15, 17}}};

// What a network would ideally draw: bell curves, of which the highest counts, and vectors of length one, averaged.
class Drawing {
 public:
  Drawing(int width, int height) : width_(width), height_(height), parts_(19 * cells()), limbs_(38 * cells()) {}

  Drawing& add(const Skeleton& person) {
    for (std::size_t part = 0; part < 18; ++part) add_part(part, person.parts[part]);
    people_.push_back(person);
    return *this;
  }

  OpenPoseGrid grid() {
    std::ranges::fill(limbs_, 0.0F);
    for (std::size_t limb = 0; limb < kLimbs.size(); ++limb) draw_limb(limb);
    return view();
  }
  OpenPoseGrid view() const { return {.width = width_, .height = height_, .parts = parts_, .limbs = limbs_}; }

  std::vector<float>& parts() { return parts_; }
  std::vector<float>& limbs() { return limbs_; }
  std::size_t cells() const { return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_); }
  const std::vector<Skeleton>& people() const { return people_; }

 private:
  template <typename Visit>
  void each_cell(const Visit& visit) const {
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        visit(static_cast<std::size_t>(y * width_ + x), static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F);
      }
    }
  }

  void add_part(std::size_t part, const Point& point) {
    if (std::isnan(point.x)) return;
    each_cell([&](std::size_t cell, float x, float y) {
      const float squared = (x - point.x) * (x - point.x) + (y - point.y) * (y - point.y);
      float& value = parts_[part * cells() + cell];
      value = std::max(value, std::exp(-squared / (2 * kSpread * kSpread)));
    });
  }

  void draw_limb(std::size_t limb) {
    std::vector<int> count(cells());
    float* along_x = limbs_.data() + 2 * limb * cells();
    float* along_y = along_x + cells();
    for (const Skeleton& person : people_) {
      const Point from = person.parts[kLimbs[limb][0]];
      const Point to = person.parts[kLimbs[limb][1]];
      const float length = std::hypot(to.x - from.x, to.y - from.y);
      if (!(length > 0)) continue;
      const float ux = (to.x - from.x) / length;
      const float uy = (to.y - from.y) / length;
      each_cell([&](std::size_t cell, float x, float y) {
        const float way = (x - from.x) * ux + (y - from.y) * uy;
        const float aside = (x - from.x) * uy - (y - from.y) * ux;
        if (way < -kLimbWidth || way > length + kLimbWidth || std::abs(aside) > kLimbWidth) return;
        along_x[cell] += ux;
        along_y[cell] += uy;
        ++count[cell];
      });
    }
    for (std::size_t cell = 0; cell < cells(); ++cell) {
      if (count[cell] == 0) continue;
      along_x[cell] /= static_cast<float>(count[cell]);
      along_y[cell] /= static_cast<float>(count[cell]);
    }
  }

  int width_;
  int height_;
  std::vector<float> parts_, limbs_;
  std::vector<Skeleton> people_;
};

float distance(const PosePoint& a, const Point& b) { return std::hypot(a.x - b.x, a.y - b.y); }

// Every person drawn is found once, with its own points and no others.
void expect_found(const std::vector<DecodedPerson>& found, const std::vector<Skeleton>& drawn, float tolerance) {
  ASSERT_EQ(found.size(), drawn.size());
  for (const Skeleton& person : drawn) {
    const auto own = std::ranges::min_element(
        found, {}, [&](const DecodedPerson& each) { return distance(each.pose[KeyPoint::kNose], person.parts[0]); });
    for (std::size_t i = 0; i < kPartOf.size(); ++i) {
      const Point& point = person.parts[kPartOf[i]];
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
  drawing.grid();
  std::ranges::fill(drawing.limbs(), 0.0F);
  EXPECT_TRUE(decode_openpose(drawing.view(), {}).empty()) << "parts that no limb connects";
  Drawing backwards(46, 46);
  backwards.add(standing(23, 4, 36));
  backwards.grid();
  for (float& value : backwards.limbs()) value = -value;
  EXPECT_TRUE(decode_openpose(backwards.view(), {}).empty()) << "limbs that point the other way";
  EXPECT_TRUE(decode_openpose(Drawing(46, 46).grid(), {}).empty()) << "nothing drawn";
  EXPECT_TRUE(decode_openpose(Drawing(0, 0).grid(), {}).empty());
}

TEST(OpenPoseDecoder, noise_neither_hides_nor_moves_people) {
  Drawing drawing(64, 48);
  drawing.add(standing(18, 6, 36)).add(standing(44, 6, 36));
  drawing.grid();
  core::Rng rng = core::make_rng({1});
  add_noise(drawing.parts(), 0.05, rng);
  add_noise(drawing.limbs(), 0.3, rng);
  expect_found(decode_openpose(drawing.view(), {.part_threshold = 0.2F}), drawing.people(), kCellTolerance);
}

TEST(OpenPoseDecoder, holds_against_values_that_are_no_numbers) {
  Drawing drawing(46, 46);
  drawing.add(standing(23, 4, 36));
  drawing.grid();
  for (const float bad : {NAN, INFINITY, -INFINITY, std::numeric_limits<float>::max()}) {
    Drawing spoilt = drawing;
    for (std::size_t i = 0; i < spoilt.parts().size(); i += 41) spoilt.parts()[i] = bad;
    for (std::size_t i = 0; i < spoilt.limbs().size(); i += 7) spoilt.limbs()[i] = bad;
    for (const DecodedPerson& person : decode_openpose(spoilt.view(), {})) {
      EXPECT_TRUE(person.box.finite());
      EXPECT_GT(person.score, 0);
      EXPECT_LE(person.score, 1);
      for (const PosePoint& point : person.pose.points) {
        EXPECT_TRUE(point.x >= 0 && point.x <= 46 && point.y >= 0 && point.y <= 46);
        EXPECT_TRUE(point.score >= 0 && point.score <= 1);
      }
    }
    std::ranges::fill(spoilt.parts(), bad);
    std::ranges::fill(spoilt.limbs(), bad);
    EXPECT_TRUE(decode_openpose(spoilt.view(), {}).empty());
  }
}

TEST(OpenPoseDecoder, work_is_bounded_whatever_the_maps_say) {
  Drawing drawing(256, 256);
  core::Rng rng = core::make_rng({2});
  add_noise(drawing.parts(), 1, rng);
  add_noise(drawing.limbs(), 1, rng);
  const auto begin = std::chrono::steady_clock::now();
  const auto found = decode_openpose(drawing.view(), {.score_threshold = 0, .max_people = 7});
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
