// MoveNet's maps → people, on maps drawn by hand.
#include "vision/people_decoder.h"

#include <cmath>

#include <gmock/gmock.h>

namespace vigil::vision {
namespace {

using core::KeyPoint;

constexpr int kSide = 64;
constexpr std::size_t kCells = kSide * kSide;
constexpr std::size_t kKeyPoints = 17;
constexpr float kNothing = -20;  // a logit

std::size_t cell(int y, int x) { return static_cast<std::size_t>(y * kSide + x); }
float sigmoid(float logit) { return 1 / (1 + std::exp(-logit)); }

// A person's middle and size in cells; every key point is reached for at (middle_y + reach_y, middle_x).
struct Drawn {
  int y = 32, x = 32;
  float height = 40, width = 20;
  float logit = 3;
  float reach_y = 0;
};

class Drawing {
 public:
  Drawing& add(const Drawn& person) {
    const std::size_t at = cell(person.y, person.x);
    center_[at] = person.logit;
    size_[at] = person.height;
    size_[kCells + at] = person.width;
    for (std::size_t key = 0; key < kKeyPoints; ++key) reach_[2 * key * kCells + at] = person.reach_y;
    return *this;
  }

  // A response to every key point; its exact place lies a quarter of a cell to the right.
  Drawing& respond(int y, int x, float logit) {
    for (std::size_t key = 0; key < kKeyPoints; ++key) {
      heat_[key * kCells + cell(y, x)] = logit;
      key_offset_[(2 * key + 1) * kCells + cell(y, x)] = 0.25F;
    }
    return *this;
  }

  std::vector<DecodedPerson> decode(const PeopleDecoderOptions& options = {}) const {
    return decode_people({.width = kSide,
                          .height = kSide,
                          .center = center_,
                          .box_size = size_,
                          .box_offset = box_offset_,
                          .key_heat = heat_,
                          .key_reach = reach_,
                          .key_offset = key_offset_},
                         options);
  }

 private:
  using Planes = std::vector<float>;
  Planes center_ = Planes(kCells, kNothing);
  Planes size_ = Planes(2 * kCells), box_offset_ = Planes(2 * kCells);
  Planes heat_ = Planes(kKeyPoints * kCells, kNothing);
  Planes reach_ = Planes(2 * kKeyPoints * kCells), key_offset_ = Planes(2 * kKeyPoints * kCells);
};

TEST(PeopleDecoder, gives_each_person_a_box_and_key_points_where_they_respond) {
  const auto found = Drawing().add({.y = 30, .x = 20, .logit = 2, .reach_y = 5}).respond(36, 20, 4).decode();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].box, (core::Box{.left = 10, .top = 10, .width = 20, .height = 40}));
  EXPECT_FLOAT_EQ(found[0].score, sigmoid(2));
  const core::PosePoint& nose = found[0].pose[KeyPoint::kNose];
  EXPECT_FLOAT_EQ(nose.y, 36);
  EXPECT_FLOAT_EQ(nose.x, 20.25F);
  EXPECT_LT(nose.score, sigmoid(4)) << "a cell away from where it was reached for";
  EXPECT_GT(nose.score, 0.95F * sigmoid(4));
}

TEST(PeopleDecoder, a_nearer_response_counts_more_than_a_stronger_one_far_away) {
  // A tenth of the longer side is 4 cells: a response there keeps 0.61, at three times that 0.011.
  const auto found = Drawing().add({}).respond(36, 32, 0).respond(44, 32, 6).decode();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FLOAT_EQ(found[0].pose[KeyPoint::kNose].y, 36);
  EXPECT_NEAR(found[0].pose[KeyPoint::kNose].score, 0.5 * std::exp(-0.5), 1e-5);
}

TEST(PeopleDecoder, what_is_near_is_measured_by_the_size_of_the_person) {
  const auto nose_of = [](float height) {
    const auto found = Drawing().add({.height = height, .width = height / 2}).respond(38, 32, 6).decode();
    return found.at(0).pose[KeyPoint::kNose];
  };
  EXPECT_FLOAT_EQ(nose_of(40).y, 38);
  EXPECT_GT(nose_of(40).score, 0.3F);
  EXPECT_FLOAT_EQ(nose_of(16).y, 32) << "too far for somebody that small: the place that was reached for";
  EXPECT_LT(nose_of(16).score, 0.01F);
}

TEST(PeopleDecoder, nothing_outside_of_the_box_is_taken) {
  const auto found = Drawing().add({.width = 4}).respond(32, 35, 6).decode();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FLOAT_EQ(found[0].pose[KeyPoint::kNose].x, 32);
}

TEST(PeopleDecoder, people_come_surest_first_and_poses_know_how_good_they_are) {
  const auto found =
      Drawing().add({.y = 20, .x = 12, .logit = 3}).add({.y = 20, .x = 50, .logit = 1}).respond(20, 50, 3).decode();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_FLOAT_EQ(found[0].box.center_x(), 12);
  EXPECT_FLOAT_EQ(found[0].score, sigmoid(3));
  EXPECT_LT(found[0].pose.score, 0.01F) << "a person without key points";
  EXPECT_FLOAT_EQ(found[1].score, sigmoid(1));
  EXPECT_NEAR(found[1].pose.score, sigmoid(1) * sigmoid(3), 1e-6);
}

TEST(PeopleDecoder, options_say_who_counts) {
  Drawing drawing;
  drawing.add({.y = 20, .x = 12, .logit = 2}).add({.y = 20, .x = 50, .logit = 1}).add({.y = 24, .x = 50, .logit = 0.5F});
  EXPECT_EQ(drawing.decode().size(), 2U) << "the third stands where the second does";
  EXPECT_EQ(drawing.decode({.max_iou = 0.95F}).size(), 3U);
  EXPECT_EQ(drawing.decode({.score_threshold = 0.8F}).size(), 1U);
  EXPECT_EQ(drawing.decode({.max_people = 1}).size(), 1U);
}

}  // namespace
}  // namespace vigil::vision
