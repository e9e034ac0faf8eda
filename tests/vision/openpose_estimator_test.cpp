// PoseEstimator with OpenPose, and the files it loads.
#include <cmath>

#include "drawn_people.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "media/source.h"
#include "nets/written_checkpoint.h"
#include "nn/weights.h"
#include "support/make_media.h"
#include "support/temp_dir.h"
#include "vision/input_batch.h"
#include "vision/openpose_model.h"
#include "vision/pose_estimator.h"

namespace vigil::vision {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using ::testing::HasSubstr;

constexpr int kCellsWide = 8, kCellsHigh = 12;
constexpr int kInputWidth = 64, kInputHeight = 96;
constexpr float kFrameCellPx = 16;  // frames are twice as large as the input
constexpr float kTolerancePx = 0.3F * kFrameCellPx;
const PoseEstimatorOptions kExact{.precision = nn::Precision::kFull32};

std::vector<media::Frame> some_frames() {
  auto source = media::Source::open(
      test::make_media("pose.mp4", "-f lavfi -i testsrc2=s=128x192:r=5:d=1 -c:v libx264 -pix_fmt yuv420p").string());
  EXPECT_TRUE(source) << source.error().message;
  std::vector<media::Frame> frames;
  for (int i = 0; i < 2; ++i) frames.push_back(*(*source)->read().value());
  return frames;
}

void randomise(torch::nn::Module& net) {
  torch::manual_seed(1);
  const torch::NoGradGuard no_grad;
  for (torch::Tensor& weight : net.parameters()) {
    if (weight.dim() == 4) weight.normal_(0, std::sqrt(2.0 / static_cast<double>(weight[0].numel())));
  }
}

// What the last layer of a head is given for the picture, [128, cells]: seen by letting it pass a few maps at a time.
torch::Tensor features(nets::OpenPoseMobileNet& net, const torch::Tensor& picture, const std::string& head,
                       torch::Tensor nets::OpenPoseMaps::* maps) {
  torch::Tensor weight = net->named_parameters()[head + ".weight"];
  net->named_parameters()[head + ".bias"].zero_();
  std::vector<torch::Tensor> rows;
  for (std::int64_t first = 0; first < weight.size(1); first += weight.size(0)) {
    weight.zero_();
    const std::int64_t count = std::min(weight.size(0), weight.size(1) - first);
    for (std::int64_t i = 0; i < count; ++i) weight[i][first + i] = 1;
    rows.push_back((net->forward(picture).*maps)[0].narrow(0, 0, count).flatten(1).to(torch::kFloat64));
  }
  return torch::cat(rows);
}

// Sets the last layer of a head so that for the picture the network's maps are those wanted.
void solve(nets::OpenPoseMobileNet& net, const torch::Tensor& picture, const std::string& head,
           torch::Tensor nets::OpenPoseMaps::* maps, std::span<const float> wanted) {
  const torch::Tensor given = features(net, picture, head, maps);
  const torch::Tensor unknowns = torch::cat({given, torch::ones({1, given.size(1)}, torch::kFloat64)}).t();
  const torch::Tensor target =
      torch::tensor(std::vector<float>(wanted.begin(), wanted.end())).view({-1, given.size(1)}).to(torch::kFloat64).t();
  const torch::Tensor solved = std::get<0>(torch::linalg_lstsq(unknowns, target, 1e-9, "gelsd")).t();
  torch::Tensor weight = net->named_parameters()[head + ".weight"];
  weight.copy_(solved.narrow(1, 0, given.size(0)).view_as(weight));
  net->named_parameters()[head + ".bias"].copy_(solved.select(1, given.size(0)));
}

// A network that sees one person in the first frame: random, but for its last layers.
class OpenPoseEstimator : public ::testing::Test {
 protected:
  void SetUp() override {
    const torch::NoGradGuard no_grad;
    drawing_.add(test::standing(4.1F, 0.4F, 11));
    randomise(*net_);
    net_->eval();
    InputBatch input({.width_px = kInputWidth, .height_px = kInputHeight}, {});
    const std::vector<FramePart> parts = {{.frame = frames_.data(), .part = whole(frames_[0])}};
    const torch::Tensor picture = input.fill(parts).pixels;
    ASSERT_EQ(picture.sizes(), torch::IntArrayRef({1, 3, kInputHeight, kInputWidth}));
    solve(net_, picture, "refinement_stages.0.heatmaps.1.0", &nets::OpenPoseMaps::parts, drawing_.grid().parts);
    solve(net_, picture, "refinement_stages.0.pafs.1.0", &nets::OpenPoseMaps::limbs, drawing_.grid().limbs);
    ASSERT_TRUE(save_openpose(own_, *net_, info_, {.half = false}));
  }

  static std::unique_ptr<PoseEstimator> load(const fs::path& model, const PoseEstimatorOptions& options = kExact) {
    auto estimator = PoseEstimator::load(model, options);
    EXPECT_TRUE(estimator) << estimator.error().message;
    return *std::move(estimator);
  }

  void expect_the_person(const std::vector<core::PersonPose>& people) const {
    ASSERT_EQ(people.size(), 1U);
    EXPECT_GT(people[0].score, 0.6F);
    for (std::size_t i = 0; i < test::kPartOf.size(); ++i) {
      const test::Point& drawn = drawing_.people()[0].parts[test::kPartOf[i]];
      const core::PosePoint& found = people[0].pose.points[i];
      EXPECT_NEAR(found.x, drawn.x * kFrameCellPx, kTolerancePx) << "key point " << i;
      EXPECT_NEAR(found.y, drawn.y * kFrameCellPx, kTolerancePx) << "key point " << i;
    }
    const core::Box& box = people[0].box;
    EXPECT_TRUE(box.left >= 0 && box.top >= 0 && box.right() <= 128 && box.bottom() <= 192);
    EXPECT_GT(box.height, 9 * kFrameCellPx);
  }

  static core::Error error_of(const fs::path& model) {
    const auto refused = PoseEstimator::load(model);
    EXPECT_FALSE(refused) << model;
    return refused ? core::Error{} : refused.error();
  }

  test::TempDir dir_;
  fs::path own_ = dir_ / "own.safetensors";
  OpenPoseModelInfo info_{.name = "drawn", .input_width_px = kInputWidth, .input_height_px = kInputHeight};
  test::Drawing drawing_{kCellsWide, kCellsHigh};
  std::vector<media::Frame> frames_ = some_frames();
  nets::OpenPoseMobileNet net_;
};

TEST_F(OpenPoseEstimator, finds_the_person_in_the_frames_own_pixels) {
  const auto estimator = load(own_);
  EXPECT_EQ(estimator->info().name, "drawn");
  EXPECT_EQ(estimator->info().kind, "OpenPose");
  EXPECT_EQ(estimator->info().input_height_px, kInputHeight);
  const auto found = estimator->estimate(frames_);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), frames_.size());
  expect_the_person((*found)[0]);
}

TEST_F(OpenPoseEstimator, loads_a_torch_checkpoint_too) {
  nets::write_checkpoint(dir_ / "published.pth", nn::copy_weights(*net_));
  const auto estimator =
      load(dir_ / "published.pth", {.input_width_px = 64, .input_height_px = 96, .precision = nn::Precision::kFull32});
  EXPECT_EQ(estimator->info().name, "published");
  const auto found = estimator->estimate({frames_.data(), 1});
  ASSERT_TRUE(found) << found.error().message;
  expect_the_person((*found)[0]);
}

TEST_F(OpenPoseEstimator, refuses_files_of_other_kinds_and_damaged_ones) {
  nn::SafetensorsFile file = *nn::read_safetensors(own_);
  const auto error_with = [&](const std::string& field, const std::string& value) {
    nn::SafetensorsFile changed = file;
    changed.metadata[field] = value;
    EXPECT_TRUE(nn::write_safetensors(dir_ / "changed.safetensors", changed));
    const core::Error error = error_of(dir_ / "changed.safetensors");
    EXPECT_THAT(error.message, HasSubstr("changed.safetensors"));
    return error;
  };
  EXPECT_EQ(error_with("vigil", "detector").code, ErrorCode::kUnreadable);
  EXPECT_EQ(error_with("net", "openpose-huge").code, ErrorCode::kUnsupported);
  EXPECT_THAT(error_with("input.width_px", "100").message, HasSubstr("multiple of 32"));
  EXPECT_THAT(error_with("name", "").message, HasSubstr("'name'"));
  file.tensors.erase("cpm.conv.0.bias");
  EXPECT_THAT(error_with("name", "x").message, HasSubstr("'cpm.conv.0.bias' is missing"));
  nets::write_checkpoint(dir_ / "other.pth", {{"x", torch::zeros({1})}});
  EXPECT_EQ(error_of(dir_ / "other.pth").code, ErrorCode::kUnreadable);
  EXPECT_EQ(error_of(dir_ / "none.pth").code, ErrorCode::kNotFound);
}

TEST_F(OpenPoseEstimator, what_the_loader_would_refuse_is_not_saved) {
  for (const OpenPoseModelInfo& info : {OpenPoseModelInfo{.name = ""}, OpenPoseModelInfo{.name = "x", .input_width_px = 100},
                                        OpenPoseModelInfo{.name = "x", .input_height_px = 8192}}) {
    const auto refused = save_openpose(dir_ / "bad.safetensors", *net_, info);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_FALSE(fs::exists(dir_ / "bad.safetensors"));
  }
}

}  // namespace
}  // namespace vigil::vision
