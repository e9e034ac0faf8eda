// What stands between networks and tracks: whose pose is whose, what moved.
#include <cmath>
#include <format>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/source.h"
#include "support/make_media.h"
#include "vision/motion_gate.h"
#include "vision/pose_matching.h"

namespace vigil::vision {
namespace {

using core::Box;
using testing::ElementsAre;
using testing::HasSubstr;

// A person whose key points all lie in `inside`.
core::PersonPose person(const Box& box, const Box& inside) {
  core::PersonPose out{.box = box, .score = 0.9F, .pose = {}};
  for (core::PosePoint& point : out.pose.points) point = {.x = inside.center_x(), .y = inside.center_y(), .score = 0.8F};
  return out;
}

core::PersonPose person(const Box& box) { return person(box, box); }

TEST(MatchPoses, each_pose_goes_to_the_box_it_agrees_with) {
  const Box left{.left = 0, .top = 0, .width = 40, .height = 100};
  const Box right{.left = 30, .top = 0, .width = 40, .height = 100};
  const std::vector<core::Detection> detections = {{.box = left, .score = 0.9F}, {.box = right, .score = 0.8F}};
  const std::vector<core::PersonPose> people = {person({.left = 31, .top = 2, .width = 40, .height = 96}),
                                                person({.left = 1, .top = 1, .width = 38, .height = 99})};
  EXPECT_THAT(match_poses(detections, people), ElementsAre(1U, 0U));
}

TEST(MatchPoses, of_two_poses_in_one_box_only_one_is_taken) {
  const Box box{.left = 0, .top = 0, .width = 50, .height = 100};
  const std::vector<core::PersonPose> people = {person({.left = 5, .top = 0, .width = 50, .height = 100}), person(box)};
  EXPECT_THAT(match_poses(std::vector<core::Detection>{{.box = box}}, people), ElementsAre(1U));
}

TEST(MatchPoses, key_points_decide_where_boxes_hardly_do) {
  // Two people behind each other, boxes alike; the key points of each lie in the lower or the upper half.
  const Box upper{.left = 0, .top = 0, .width = 50, .height = 80};
  const Box lower{.left = 0, .top = 40, .width = 50, .height = 80};
  const Box both{.left = 0, .top = 20, .width = 50, .height = 80};
  const std::vector<core::PersonPose> people = {person(both, {.left = 10, .top = 100, .width = 9, .height = 9}),
                                                person(both, {.left = 10, .top = 10, .width = 9, .height = 9})};
  EXPECT_THAT(match_poses(std::vector<core::Detection>{{.box = upper}, {.box = lower}}, people), ElementsAre(1U, 0U));
}

TEST(MatchPoses, strangers_are_not_paired) {
  const std::vector<core::Detection> detections = {{.box = {.left = 0, .top = 0, .width = 50, .height = 100}}};
  EXPECT_THAT(match_poses(detections, std::vector{person({.left = 300, .top = 0, .width = 50, .height = 100})}),
              ElementsAre(std::nullopt));
  EXPECT_THAT(match_poses(detections, {}), ElementsAre(std::nullopt));
  EXPECT_TRUE(match_poses({}, std::vector{person({.width = 10, .height = 10})}).empty());
}

// How many frames of a second of 25 moved.
int moved(const std::string& name, const std::string& picture, const MotionGateOptions& options = {}) {
  const auto file = test::make_media(name, "-f lavfi -i " + picture + " -pix_fmt yuv420p -c:v ffv1");
  auto source = media::Source::open(file.string());
  EXPECT_TRUE(source) << source.error().message;
  MotionGate gate(options);
  int count = 0;
  while (auto frame = (*source)->read().value()) count += gate.moved(*frame) ? 1 : 0;
  return count;
}

TEST(MotionGate, a_still_scene_is_looked_at_once_and_every_max_still) {
  EXPECT_EQ(moved("still.mkv", "color=c=gray:s=320x240:r=25:d=3"), 2) << "at 0 and 2 s";
  EXPECT_EQ(moved("still.mkv", "color=c=gray:s=320x240:r=25:d=3", {.max_still = core::MediaDuration::from_seconds(0.5)}), 6);
}

TEST(MotionGate, grain_is_not_movement) {
  EXPECT_EQ(moved("grain.mkv", "color=c=gray:s=640x480:r=25:d=1,noise=alls=12:allf=t"), 1);
}

TEST(MotionGate, a_small_thing_that_moves_is) {
  // 16 × 32 pixels of 640 × 480, 100 pixels a second.
  EXPECT_GT(
      moved("small.mkv", "color=c=gray:s=640x480:r=25:d=1[a];color=c=white:s=16x32:r=25:d=1[b];[a][b]overlay=x=t*100:y=200"),
      8);
}

TEST(MotionGate, what_moves_too_slowly_to_see_adds_up) {
  const int count = moved("slow.mkv",
                          "color=c=gray:s=640x480:r=25:d=1[a];color=c=white:s=64x64:r=25:d=1[b];"
                          "[a][b]overlay=x='floor(t*12)':y=200");
  EXPECT_GT(count, 1);
  EXPECT_LT(count, 15);
}

TEST(MotionGate, options_are_checked) {
  EXPECT_TRUE(MotionGateOptions{}.validate());
  EXPECT_FALSE(MotionGateOptions{.blocks = 4}.validate());
  EXPECT_FALSE(MotionGateOptions{.min_change = 0}.validate());
  EXPECT_FALSE(MotionGateOptions{.min_blocks = 0}.validate());
  EXPECT_FALSE(MotionGateOptions{.max_still = {}}.validate());
}

}  // namespace
}  // namespace vigil::vision
