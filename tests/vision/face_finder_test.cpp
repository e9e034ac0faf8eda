// Faces in pictures of people, by both ways; and which picture of a person is a good one.
#include "vision/face_finder.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/image_file.h"
#include "media/source.h"
#include "support/make_media.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"
#include "vision/person_picture.h"

namespace vigil::vision {
namespace {

namespace fs = std::filesystem;

media::Frame read_rgb(const fs::path& file) {
  auto source = media::Source::open(file.string(), {.format = media::PixelFormat::kRgb24});
  EXPECT_TRUE(source) << file;
  auto frame = (*source)->read();
  EXPECT_TRUE(frame && *frame);
  return **frame;
}

media::Frame drawn(const std::string& name, const std::string& filter) {
  return read_rgb(test::make_media(name, "-f lavfi -i " + filter + " -frames:v 1"));
}

std::unique_ptr<FaceFinder> yunet() {
  const auto model = test::shared_data("models/face_detection_yunet_2023mar.onnx");
  if (!model) return nullptr;
  auto finder = FaceFinder::load({.model = *model, .cascades = {}});
  EXPECT_TRUE(finder) << finder.error().message;
  return std::move(*finder);
}

TEST(FaceFinder, nobodys_face_is_in_a_wall_or_a_test_card) {
  auto haar = FaceFinder::load({.model = {}, .cascades = kDebianCascades});
  ASSERT_TRUE(haar) << haar.error().message;
  for (const auto& [name, filter] : {std::pair{"wall.png", "color=c=gray:s=120x240"}, {"card.png", "testsrc2=s=160x320"}}) {
    const auto faces = (*haar)->find(drawn(name, filter));
    ASSERT_TRUE(faces);
    EXPECT_THAT(*faces, testing::IsEmpty()) << name;
  }
}

// COCO's photographs with people near enough to have a face.
TEST(FaceFinder, both_ways_find_faces_in_photographs_and_yunet_more) {
  VIGIL_REQUIRE_SHARED(folder, "data/people/coco_mini");
  auto haar = FaceFinder::load({.model = {}, .cascades = kDebianCascades});
  ASSERT_TRUE(haar);
  const auto net = yunet();
  ASSERT_TRUE(net);
  int by_haar = 0, by_yunet = 0, pictures = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".jpg" || ++pictures > 60) continue;
    const media::Frame picture = read_rgb(entry.path());
    const auto first = (*haar)->find(picture);
    const auto second = net->find(picture);
    ASSERT_TRUE(first && second);
    by_haar += first->empty() ? 0 : 1;
    by_yunet += second->empty() ? 0 : 1;
    for (const Face& face : *second) {
      EXPECT_GT(face.box.width, 0);
      EXPECT_LT(face.box.left, static_cast<float>(picture.width_px()));
    }
  }
  EXPECT_GE(by_yunet, 5) << "of " << pictures;
  EXPECT_GE(by_yunet, by_haar / 2);
}

TEST(FaceFinder, what_cannot_be_loaded_or_looked_at_is_said) {
  const test::TempDir dir;
  EXPECT_EQ(FaceFinder::load({.model = dir / "none.onnx", .cascades = {}}).error().code, core::ErrorCode::kNotFound);
  const auto missing = FaceFinder::load({.model = {}, .cascades = dir / "nothing"});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, testing::HasSubstr("opencv-data"));
  std::ofstream(dir / "bad.onnx") << "no network";
  EXPECT_EQ(FaceFinder::load({.model = dir / "bad.onnx", .cascades = {}}).error().code, core::ErrorCode::kUnreadable);
  auto haar = FaceFinder::load({.model = {}, .cascades = kDebianCascades});
  ASSERT_TRUE(haar);
  EXPECT_EQ((*haar)->find(media::Frame()).error().code, core::ErrorCode::kInvalidArgument);
}

TEST(PictureQuality, the_larger_sharper_and_more_frontal_picture_is_worth_more) {
  const media::Frame sharp = drawn("sharp.png", "testsrc2=s=64x128");
  const media::Frame soft = drawn("soft.png", "testsrc2=s=64x128,gblur=sigma=4");
  const core::Box box{.left = 0, .top = 0, .width = 64, .height = 128};
  const auto of_sharp = judge_picture(sharp, box, std::nullopt);
  const auto of_soft = judge_picture(soft, box, std::nullopt);
  ASSERT_TRUE(of_sharp && of_soft);
  EXPECT_GT(of_sharp->sharpness, of_soft->sharpness);
  EXPECT_GT(of_sharp->worth(), of_soft->worth());
  PictureQuality larger = *of_sharp;
  larger.height_px *= 2;
  EXPECT_GT(larger.worth(), of_sharp->worth());
  core::Pose front, back;
  for (const auto point : {core::KeyPoint::kNose, core::KeyPoint::kLeftEye, core::KeyPoint::kRightEye})
    front[point].score = 0.9F;
  front[core::KeyPoint::kLeftShoulder].x = 50;
  back[core::KeyPoint::kRightShoulder].x = 50;
  EXPECT_GT(judge_picture(sharp, box, front)->worth(), judge_picture(sharp, box, back)->worth());
}

}  // namespace
}  // namespace vigil::vision
