// The committed weights of the house model, as ClipClassifier serves them.
#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/clip_sampler.h"
#include "media/nearest_frames.h"
#include "support/shared_data.h"
#include "vision/clip_classifier.h"

namespace vigil::vision {
namespace {

using core::MediaTime;

constexpr const char* kWeights = VIGIL_SOURCE_DIR "/models/violence-clip.safetensors";

class HouseClipModel : public testing::Test {
 protected:
  void SetUp() override {
    auto loaded = ClipClassifier::load(kWeights);
    ASSERT_TRUE(loaded) << loaded.error().message;
    classifier_ = std::move(*loaded);
  }

  // Windows of `video` that begin at these seconds.
  std::vector<FrameWindow> windows(const std::filesystem::path& video, const std::vector<double>& begins_s) const {
    const ClipClassifierInfo& info = classifier_->info();
    const auto sampler =
        media::ClipSampler::open(video.string(), {.source = {.size = info.input_size, .format = info.format}});
    const auto end = MediaTime::from_seconds(begins_s.back()) + info.window;
    const auto frames = (*sampler)->all(MediaTime::from_seconds(begins_s.front()), end);
    std::vector<MediaTime> times;
    for (const media::Frame& frame : *frames) times.push_back(frame.pts());
    std::vector<FrameWindow> all;
    for (const double begin_s : begins_s) {
      FrameWindow window;
      for (const std::size_t i : media::nearest_frames(times, MediaTime::from_seconds(begin_s),
                                                       {.interval = info.frame_interval, .count = info.frames})) {
        window.push_back((*frames)[i]);
      }
      all.push_back(std::move(window));
    }
    return all;
  }

  std::unique_ptr<ClipClassifier> classifier_;
};

TEST_F(HouseClipModel, wants_sixteen_frames_an_eighth_of_a_second_apart) {
  const ClipClassifierInfo& info = classifier_->info();
  EXPECT_EQ(info.name, "violence-clip");
  EXPECT_EQ(info.frames, 16);
  EXPECT_EQ(info.frame_interval.us(), 125'000);
  EXPECT_EQ(info.window.us(), 2'000'000);
}

TEST_F(HouseClipModel, overlapping_windows_score_together_as_alone) {
  const auto street = test::street_video();
  ASSERT_TRUE(street) << "Debian's opencv-doc is part of the toolchain";
  const auto shown = windows(*street, {10, 10.5, 11, 11.5, 12});
  const auto together = classifier_->classify(shown);
  ASSERT_TRUE(together) << together.error().message;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    EXPECT_NEAR((*classifier_->classify({shown[i]}))[0], (*together)[i], 1e-4) << "window " << i;
  }
}

TEST_F(HouseClipModel, a_street_with_walking_people_is_not_violent) {
  const auto street = test::street_video();
  ASSERT_TRUE(street) << "Debian's opencv-doc is part of the toolchain";
  const auto scores = classifier_->classify(windows(*street, {0, 5, 10, 15, 20, 25, 30}));
  ASSERT_TRUE(scores) << scores.error().message;
  EXPECT_THAT(*scores, testing::Each(testing::Lt(classifier_->info().threshold)));
}

TEST_F(HouseClipModel, fights_score_higher_than_other_clips) {
  VIGIL_REQUIRE_SHARED(data, "data/surveillance-fights");
  const auto mean_of_every_twentieth = [&](const char* folder) {
    std::vector<std::filesystem::path> clips;
    for (const auto& entry : std::filesystem::directory_iterator(data / folder)) clips.push_back(entry.path());
    std::ranges::sort(clips);
    double sum = 0;
    for (std::size_t i = 0; i < clips.size(); i += 20) sum += (*classifier_->classify(windows(clips[i], {0})))[0];
    return sum / static_cast<double>((clips.size() + 19) / 20);
  };
  EXPECT_GT(mean_of_every_twentieth("fight"), mean_of_every_twentieth("noFight") + 0.3);
}

TEST_F(HouseClipModel, a_window_of_too_few_frames_is_refused) {
  const auto street = test::street_video();
  ASSERT_TRUE(street);
  auto shown = windows(*street, {1});
  shown[0].pop_back();
  const auto scores = classifier_->classify(shown);
  ASSERT_FALSE(scores);
  EXPECT_EQ(scores.error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_THAT(scores.error().message, testing::HasSubstr("16"));
}

}  // namespace
}  // namespace vigil::vision
