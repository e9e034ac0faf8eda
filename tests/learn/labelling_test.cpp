#include "learn/labelling.h"

#include <format>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include "core/atomic_file.h"
#include "learn/coco_boxes.h"
#include "nets/detection_net.h"
#include "support/make_media.h"
#include "support/temp_dir.h"
#include "vision/detector_model.h"

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Two videos of 1.2 s, and a network of random weights that finds something in them.
class LabellingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 2; ++i) {
      const std::string name = std::format("street-{}.mp4", i);
      const auto made = test::make_media(
          name, std::format("-f lavfi -i testsrc2=size=128x96:rate=10:duration=1.2,hue=h={} -c:v libx264 -pix_fmt yuv420p",
                            90 * i));
      videos_.push_back(dir_ / name);
      fs::copy_file(made, videos_.back());
    }
    torch::manual_seed(3);
    const auto net = *nets::make_detection_net("yolox-nano", 1);
    ASSERT_TRUE(
        vision::save_detector(dir_ / "teacher.safetensors", *net, {.name = "teacher", .net = "yolox-nano", .classes = 1}));
  }

  std::vector<Teacher> teachers(int count = 1) {
    std::vector<Teacher> made;
    for (int i = 0; i < count; ++i) {
      auto detector =
          vision::Detector::load(dir_ / "teacher.safetensors",
                                 {.input_width_px = 64 * (i + 1), .input_height_px = 64 * (i + 1), .score_threshold = 0.2F});
      EXPECT_TRUE(detector) << detector.error().message;
      made.push_back({.name = std::format("teacher@{}", i), .detector = *std::move(detector)});
    }
    return made;
  }

  LabellingOptions options(const std::string& name) {
    return {.out = dir_ / "data/annotations" / std::format("instances_{}.json", name),
            .pictures = dir_ / "data" / name,
            .every_s = 0.5,
            .fusion = {.min_score = 0.1F}};
  }

  test::TempDir dir_;
  std::vector<fs::path> videos_;
};

TEST_F(LabellingTest, writes_pictures_and_boxes_that_training_reads) {
  const auto done = label_videos(teachers(2), videos_, options("street"));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->videos, 2);
  EXPECT_EQ(done->pictures, 6) << "at 0, 0.5 and 1 s";
  EXPECT_GT(done->boxes, 0);

  const auto pictures = read_coco_folder(dir_ / "data", "person", CocoPart::kTraining);
  ASSERT_TRUE(pictures) << pictures.error().message;
  ASSERT_EQ(pictures->size(), 6U);
  std::int64_t boxes = 0;
  for (const CocoPicture& picture : *pictures) {
    EXPECT_TRUE(fs::exists(picture.file)) << picture.file;
    for (const TruthBox& label : picture.truth) {
      EXPECT_LT(label.weight, 1);
      EXPECT_LE(label.box.right(), 128.01F);
    }
    boxes += static_cast<std::int64_t>(picture.truth.size());
  }
  EXPECT_EQ(boxes, done->boxes);
  const json document = json::parse(*core::read_file(options("street").out));
  EXPECT_EQ(document["vigil"]["settings"]["teachers"], (json{"teacher@0", "teacher@1"}));
  EXPECT_EQ(document["images"][1]["time_us"], 500'000);
}

TEST_F(LabellingTest, what_was_cut_off_is_finished_as_if_in_one_run) {
  ASSERT_TRUE(label_videos(teachers(), videos_, options("whole")));
  LabellingOptions parts = options("whole");
  parts.out = dir_ / "parts.json";
  ASSERT_TRUE(label_videos(teachers(), std::span(videos_).first(1), parts));
  ASSERT_TRUE(label_videos(teachers(), videos_, parts));
  EXPECT_EQ(*core::read_file(parts.out), *core::read_file(options("whole").out));
}

TEST_F(LabellingTest, stopping_keeps_the_videos_that_are_done) {
  std::stop_source stop;
  LabellingOptions stopping = options("street");
  stopping.stop = stop.get_token();
  stopping.progress = [&](const core::Progress&) { stop.request_stop(); };
  const auto cut = label_videos(teachers(), videos_, stopping);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, core::ErrorCode::kCancelled);
  const auto rest = label_videos(teachers(), videos_, options("street"));
  ASSERT_TRUE(rest) << rest.error().message;
  EXPECT_EQ(rest->videos, 2);
}

TEST_F(LabellingTest, labels_of_other_teachers_or_options_are_not_mixed) {
  ASSERT_TRUE(label_videos(teachers(), videos_, options("street")));
  for (const int count : {1, 2}) {
    LabellingOptions other = options("street");
    if (count == 1) other.every_s = 0.25;
    const auto refused = label_videos(teachers(count), videos_, other);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, core::ErrorCode::kInvalidArgument);
    other.overwrite = true;
    EXPECT_TRUE(label_videos(teachers(count), videos_, other));
    ASSERT_TRUE(label_videos(teachers(), videos_, [&] {
      LabellingOptions again = options("street");
      again.overwrite = true;
      return again;
    }()));
  }
}

TEST_F(LabellingTest, foreign_files_and_clashing_names_are_refused) {
  LabellingOptions foreign = options("street");
  foreign.out = dir_ / "notes.json";
  ASSERT_TRUE(core::write_file_atomically(foreign.out, R"({"images": []})"));
  EXPECT_EQ(label_videos(teachers(), videos_, foreign).error().code, core::ErrorCode::kUnreadable);
  const std::vector<fs::path> twice = {videos_[0], videos_[0]};
  EXPECT_EQ(label_videos(teachers(), twice, options("street")).error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_EQ(label_videos({}, videos_, options("street")).error().code, core::ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace vigil::learn
