#include "vision/embedder.h"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/dnn.hpp>
#include <torch/torch.h>

#include "core/atomic_file.h"
#include "media/source.h"
#include "nn/device.h"
#include "nn/safetensors.h"
#include "support/make_media.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"
#include "vision/embedder_model.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

const EmbedderOptions kExact{.precision = nn::Precision::kFull32};

media::Frame pattern(const std::string& size = "320x240") {
  const auto video = test::make_media(
      "pattern-" + size + ".mp4", "-f lavfi -i testsrc2=size=" + size + ":rate=1:duration=1 -c:v libx264 -pix_fmt yuv420p");
  auto source = media::Source::open(video.string());
  EXPECT_TRUE(source) << source.error().message;
  return **(*source)->read();
}

double alike(const Embedding& a, const Embedding& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

class EmbedderTest : public ::testing::Test {
 protected:
  EmbedderTest() {
    torch::manual_seed(5);
    nets::Osnet net(nets::OsnetOptions{.embedding = 64});
    // Layers of random weights say almost nothing: statistics as training leaves them.
    net->train();
    for (int i = 0; i < 20; ++i) net->forward(torch::rand({8, 3, 64, 32}) * 255);
    EXPECT_TRUE(save_embedder(file_, *net, {.name = "looks", .input_width_px = 32, .input_height_px = 64}, {.half = false}));
  }

  std::unique_ptr<Embedder> load(const EmbedderOptions& options = kExact) const {
    auto embedder = Embedder::load(file_, options);
    EXPECT_TRUE(embedder) << embedder.error().message;
    return *std::move(embedder);
  }

  test::TempDir dir_;
  fs::path file_ = dir_ / "looks.safetensors";
};

TEST_F(EmbedderTest, a_look_has_length_one_and_depends_on_the_place_looked_at) {
  const auto embedder = load();
  EXPECT_EQ(embedder->info().name, "looks");
  EXPECT_EQ(embedder->info().length, 64);
  const media::Frame frame = pattern();
  const std::vector<PersonView> people = {{&frame, {20, 10, 40, 90}}, {&frame, {200, 60, 60, 150}}};
  const auto looks = embedder->embed(people);
  ASSERT_TRUE(looks) << looks.error().message;
  ASSERT_EQ(looks->size(), 2U);
  for (const Embedding& look : *looks) EXPECT_NEAR(alike(look, look), 1, 1e-5);
  EXPECT_LT(alike((*looks)[0], (*looks)[1]), 0.999);
}

TEST_F(EmbedderTest, a_look_does_not_depend_on_who_else_is_there_or_on_threads) {
  const media::Frame frame = pattern();
  std::vector<PersonView> crowd;
  for (int i = 0; i < 19; ++i) crowd.push_back({&frame, {5.0F + 14 * static_cast<float>(i), 20, 30, 80}});
  const auto embedder = load({.threads = 1});
  const auto looks = embedder->embed(crowd);
  ASSERT_TRUE(looks);
  for (const std::size_t i : {0UL, 8UL, 18UL}) EXPECT_EQ(embedder->embed({&crowd[i], 1})->front(), (*looks)[i]);
  for (const int threads : {2, 4}) EXPECT_EQ(*load({.threads = threads})->embed(crowd), *looks);
  nn::set_threads(0);
}

TEST_F(EmbedderTest, sixteen_bits_say_nearly_the_same) {
  if (!nn::cpu_has_bf16()) GTEST_SKIP() << "this CPU has no bf16";
  const media::Frame frame = pattern();
  const std::vector<PersonView> people = {{&frame, {20, 10, 40, 90}}, {&frame, {200, 60, 60, 150}}};
  const auto exact = load()->embed(people);
  const auto rounded = load({})->embed(people);
  for (std::size_t i = 0; i < people.size(); ++i) EXPECT_GT(alike((*exact)[i], (*rounded)[i]), 0.99);
}

TEST_F(EmbedderTest, boxes_beyond_the_frame_are_cut_and_what_is_not_in_it_has_no_look) {
  const media::Frame frame = pattern();
  const float nan = std::nanf("");
  const std::vector<PersonView> people = {{&frame, {-20, -10, 60, 90}},  {&frame, {0, 0, 40, 80}},
                                          {&frame, {400, 10, 40, 90}},   {&frame, {319.5F, 10, 40, 90}},
                                          {&frame, {10, 10, 0, 0}},      {&frame, {nan, 10, 40, 90}},
                                          {&frame, {300, 200, 200, 200}}};
  const auto looks = load()->embed(people);
  ASSERT_TRUE(looks) << looks.error().message;
  EXPECT_EQ((*looks)[0], (*looks)[1]);
  for (const std::size_t i : {2UL, 3UL, 4UL, 5UL}) EXPECT_TRUE((*looks)[i].empty()) << i;
  EXPECT_FALSE((*looks)[6].empty());
  EXPECT_TRUE(load()->embed({})->empty());
  const media::Frame nothing;
  const PersonView blind{&nothing, {0, 0, 10, 10}};
  EXPECT_EQ(load()->embed({&blind, 1}).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(EmbedderTest, weights_survive_the_file_and_what_does_not_fit_is_refused_by_name) {
  const auto model = load_embedder_model(file_);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->info.input_height_px, 64);
  EXPECT_EQ(model->net->options().embedding, 64);

  auto file = *nn::read_safetensors(file_);
  const auto refused = [&](const auto& spoil) {
    nn::SafetensorsFile other = file;
    spoil(other);
    EXPECT_TRUE(nn::write_safetensors(dir_ / "other.safetensors", other));
    const auto loaded = Embedder::load(dir_ / "other.safetensors");
    EXPECT_FALSE(loaded);
    return loaded ? core::Error{} : loaded.error();
  };
  EXPECT_THAT(refused([](auto& f) { f.tensors.erase("conv5.bn.bias"); }).message, HasSubstr("'conv5.bn.bias' is missing"));
  EXPECT_THAT(refused([](auto& f) { f.metadata["vigil"] = "detector"; }).message, HasSubstr("vigil = embedder"));
  EXPECT_THAT(refused([](auto& f) { f.metadata["embedding"] = "0"; }).message, HasSubstr("embedding"));
  EXPECT_THAT(refused([](auto& f) { f.metadata["input.width_px"] = "7"; }).message, HasSubstr("7"));
  EXPECT_EQ(refused([](auto& f) { f.metadata["net"] = "osnet-x9"; }).code, ErrorCode::kUnsupported);
  EXPECT_EQ(Embedder::load(dir_ / "none.safetensors").error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(core::write_file_atomically(dir_ / "looks.txt", "x"));
  EXPECT_EQ(Embedder::load(dir_ / "looks.txt").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(save_embedder(dir_ / "x.safetensors", *model->net, {.name = "x", .input_width_px = 5}).error().code,
            ErrorCode::kInvalidArgument);
}

// The published file, run by OpenCV.
Embedding published_look(const fs::path& onnx, const torch::Tensor& rgb) {
  cv::dnn::Net net = cv::dnn::readNetFromONNX(onnx.string());
  const torch::Tensor mean = torch::tensor({123.675F, 116.28F, 103.53F}).view({1, 3, 1, 1});
  const torch::Tensor deviation = torch::tensor({58.395F, 57.12F, 57.375F}).view({1, 3, 1, 1});
  torch::Tensor input = ((rgb - mean) / deviation).contiguous();
  const std::array<int, 4> shape = {1, 3, static_cast<int>(rgb.size(2)), static_cast<int>(rgb.size(3))};
  net.setInput(cv::Mat(4, shape.data(), CV_32F, input.data_ptr<float>()));
  const cv::Mat out = net.forward();
  return {out.ptr<float>(), out.ptr<float>() + out.total()};
}

TEST(PublishedOsnet, ours_gives_what_the_published_file_gives) {
  VIGIL_REQUIRE_SHARED(onnx, "models/osnet_x0_25_msmt17.onnx");
  auto model = load_embedder_model(onnx);
  ASSERT_TRUE(model) << model.error().message;
  torch::manual_seed(6);
  const torch::NoGradGuard no_grad;
  const torch::Tensor rgb =
      torch::nn::functional::interpolate(torch::rand({1, 3, 16, 8}) * 255, torch::nn::functional::InterpolateFuncOptions()
                                                                               .size(std::vector<std::int64_t>{256, 128})
                                                                               .mode(torch::kBilinear)
                                                                               .align_corners(false));
  const Embedding wanted = published_look(onnx, rgb);
  ASSERT_EQ(wanted.size(), 512U);
  const torch::Tensor theirs = torch::from_blob(const_cast<float*>(wanted.data()), {512});
  const double largest = theirs.abs().max().item<double>();
  EXPECT_GT(largest, 0.1);
  EXPECT_LT((model->net->forward(rgb)[0] - theirs).abs().max().item<double>(), 1e-4 * largest);
  nn::freeze(*model->net, {});
  EXPECT_LT((model->net->forward(rgb)[0] - theirs).abs().max().item<double>(), 1e-3 * largest);
}

TEST(PublishedOsnet, knows_people_of_the_street_again) {
  VIGIL_REQUIRE_SHARED(onnx, "models/osnet_x0_25_msmt17.onnx");
  const auto street = test::street_video();
  ASSERT_TRUE(street) << "Debian's opencv-doc is part of the toolchain";
  auto source = media::Source::open(street->string());
  std::vector<media::Frame> frames;
  for (int i = 0; i < 11; ++i) frames.push_back(**(*source)->read());
  // By eye: two people who walk; where they are in the first frame and a second later.
  const auto embedder = Embedder::load(onnx);
  ASSERT_TRUE(embedder) << embedder.error().message;
  const std::vector<PersonView> people = {{&frames[0], {499, 158, 31, 75}},
                                          {&frames[10], {469, 167, 31, 75}},
                                          {&frames[0], {258, 219, 33, 88}},
                                          {&frames[10], {320, 205, 31, 86}}};
  const auto looks = (*embedder)->embed(people);
  ASSERT_TRUE(looks);
  const auto& l = *looks;
  EXPECT_GT(std::min(alike(l[0], l[1]), alike(l[2], l[3])),
            std::max({alike(l[0], l[2]), alike(l[0], l[3]), alike(l[1], l[2]), alike(l[1], l[3])}));
}

}  // namespace
}  // namespace vigil::vision
