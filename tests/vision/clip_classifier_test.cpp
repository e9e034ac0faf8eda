#include "vision/clip_classifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "media/clip_sampler.h"
#include "nn/safetensors.h"
#include "support/make_media.h"
#include "support/temp_dir.h"
#include "vision/clip_geometry.h"
#include "vision/clip_model.h"
#include "vision/fused_clip.h"

namespace vigil::vision {
namespace {

using ::testing::HasSubstr;

ClipModelInfo seed_info() {
  ClipModelInfo info;
  info.name = "tested";
  info.net = "seed-3dcnn";
  info.threshold = 0.4;
  info.positive_class = "brawl";
  info.negative_class = "calm";
  info.input.window = core::MediaDuration::from_seconds(1);
  return info;
}

class ClipClassifierTest : public ::testing::Test {
 protected:
  void SetUp() override {
    torch::manual_seed(3);
    net_ = *nets::make_clip_net("seed-3dcnn");
    ASSERT_TRUE(save_clip_model(weights_, *net_, seed_info(), {{"recipe", "name = \"tested\"\n"}}));
    video_ =
        test::make_media("classified.mkv", "-f lavfi -i testsrc2=rate=25:duration=3:size=320x240,format=yuv420p -c:v ffv1");
    auto sampler = media::ClipSampler::open(video_.string());
    ASSERT_TRUE(sampler) << sampler.error().message;
    for (int second = 0; second < 3; ++second) {
      auto frames = (*sampler)->sample(core::MediaTime::from_seconds(second), core::MediaTime::from_seconds(second + 1), 10);
      ASSERT_TRUE(frames) << frames.error().message;
      windows_.push_back(*frames);
    }
  }

  test::TempDir dir_;
  std::filesystem::path weights_ = dir_ / "tested.safetensors";
  std::filesystem::path video_;
  std::shared_ptr<nets::ClipNet> net_;
  std::vector<FrameWindow> windows_;
};

TEST_F(ClipClassifierTest, tells_what_it_wants_to_be_shown) {
  const auto classifier = ClipClassifier::load(weights_);
  ASSERT_TRUE(classifier) << classifier.error().message;
  const ClipClassifierInfo& info = (*classifier)->info();
  EXPECT_EQ(info.name, "tested");
  EXPECT_EQ(info.window.us(), 1'000'000);
  EXPECT_EQ(info.frames, 10);
  EXPECT_EQ(info.threshold, 0.4);
  EXPECT_EQ(info.positive_class, "brawl");
  EXPECT_EQ(info.negative_class, "calm");
}

TEST_F(ClipClassifierTest, batched_windows_give_what_single_ones_give) {
  const auto classifier = ClipClassifier::load(weights_);
  ASSERT_TRUE(classifier);
  std::vector<FrameWindow> many;
  for (int i = 0; i < 11; ++i) many.push_back(windows_[i % windows_.size()]);
  const auto batched = (*classifier)->classify(many);
  ASSERT_TRUE(batched) << batched.error().message;
  ASSERT_EQ(batched->size(), many.size());
  for (std::size_t i = 0; i < many.size(); ++i) {
    EXPECT_NEAR((*(*classifier)->classify({many[i]}))[0], (*batched)[i], 1e-5);
    EXPECT_GT((*batched)[i], 0.0);
    EXPECT_LT((*batched)[i], 1.0);
  }
  EXPECT_NE((*batched)[0], (*batched)[1]);
  EXPECT_TRUE((*classifier)->classify({})->empty());
}

TEST_F(ClipClassifierTest, probability_is_that_of_the_trained_network) {
  const ClipInput input = seed_info().input;
  torch::Tensor clip = torch::empty({1, 3, 10, 112, 112});
  ASSERT_TRUE(fuse_clip(windows_[0], input, fixed_geometry(input), {clip.data_ptr<float>(), clip_values(input)}));
  net_->eval();
  const torch::NoGradGuard no_grad;
  const double expected = torch::sigmoid(net_->forward(clip)).item<double>();
  const auto classifier = ClipClassifier::load(weights_);
  EXPECT_NEAR((*(*classifier)->classify({windows_[0]}))[0], expected, 2e-3) << "weights are stored as float16";
}

TEST_F(ClipClassifierTest, wrong_number_of_frames_is_refused) {
  const auto classifier = ClipClassifier::load(weights_);
  FrameWindow short_window = windows_[0];
  short_window.pop_back();
  const auto scores = (*classifier)->classify({windows_[0], short_window});
  ASSERT_FALSE(scores);
  EXPECT_EQ(scores.error().code, core::ErrorCode::kInvalidArgument);
}

TEST_F(ClipClassifierTest, files_that_are_no_such_model_are_refused_by_name) {
  const auto error_with = [&](const std::function<void(nn::SafetensorsFile&)>& change) {
    auto file = *nn::read_safetensors(weights_);
    change(file);
    const auto path = dir_ / "changed.safetensors";
    EXPECT_TRUE(nn::write_safetensors(path, file));
    const auto model = ClipClassifier::load(path);
    EXPECT_FALSE(model);
    return model ? core::Error{} : model.error();
  };
  using enum core::ErrorCode;
  EXPECT_EQ(ClipClassifier::load(dir_ / "none").error().code, kNotFound);
  EXPECT_EQ(ClipClassifier::load(video_).error().code, kUnreadable);
  EXPECT_EQ(error_with([](auto& file) { file.metadata.erase("vigil"); }).code, kUnreadable);
  EXPECT_EQ(error_with([](auto& file) { file.metadata["net"] = "future-net"; }).code, kUnsupported);
  EXPECT_EQ(error_with([](auto& file) { file.metadata["input.frames"] = "-3"; }).code, kUnreadable);
  EXPECT_EQ(error_with([](auto& file) { file.metadata["threshold"] = "nan"; }).code, kUnreadable);
  EXPECT_EQ(error_with([](auto& file) { file.metadata["input.crop_px"] = "112x"; }).code, kUnreadable);
  const auto missing = error_with([](auto& file) { file.tensors.erase("linear.bias"); });
  EXPECT_EQ(missing.code, kUnreadable);
  EXPECT_THAT(missing.message, HasSubstr("changed.safetensors"));
  EXPECT_THAT(missing.message, HasSubstr("linear.bias"));
}

TEST_F(ClipClassifierTest, a_person_model_on_pictures_of_people_is_refused_by_name) {
  const auto person = *nets::make_clip_net("seed-track-lstm-resnet");
  const auto path = dir_ / "person.safetensors";
  ClipModelInfo info = seed_info();
  info.name = "large";
  info.net = "seed-track-lstm-resnet";
  ASSERT_TRUE(save_clip_model(path, *person, info, {}));
  const auto refused = ClipClassifier::load(weights_, {.person = path});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("'large' looks at pictures of people"));
}

TEST(ClipModel, keeps_its_input_and_the_writers_fields) {
  const test::TempDir dir;
  ClipModelInfo info = seed_info();
  info.input.mean = {0.1F, 0.2F, 0.3F};
  info.input.flip_probability = 0.25;
  ASSERT_TRUE(save_clip_model(dir / "m", **nets::make_clip_net("seed-3dcnn"), info, {{"recipe", "x = 1\n"}}));
  const auto model = load_clip_model(dir / "m");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->info.input, info.input);
  EXPECT_EQ(model->metadata.at("recipe"), "x = 1\n");
  EXPECT_FALSE(model->net->is_training());
}

}  // namespace
}  // namespace vigil::vision
