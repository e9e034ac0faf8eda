// Detector and the files it loads, with the published YOLOX-nano.
#include "vision/detector.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <torch/torch.h>

#include "media/source.h"
#include "nets/onnx_convolutions.h"
#include "nn/device.h"
#include "nn/safetensors.h"
#include "support/make_media.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"
#include "vision/detector_model.h"

namespace vigil::vision {
namespace {

using core::Detection;
using core::ErrorCode;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

using Found = std::vector<std::vector<Detection>>;

std::vector<media::Frame> frames_of(const fs::path& video, int count, int every = 1, media::OutputSize size = {}) {
  auto source = media::Source::open(video.string(), {.size = size});
  EXPECT_TRUE(source) << source.error().message;
  std::vector<media::Frame> frames;
  for (int i = 0; i < count * every; ++i) {
    auto frame = (*source)->read();
    EXPECT_TRUE(frame && *frame);
    if (i % every == 0) frames.push_back(**frame);
  }
  return frames;
}

struct Tolerance {
  float score = 0;
  float box_px = 0;
};

// Every detection of one has its like in the other, but those so near the threshold that either may have lost it.
void expect_alike(const Found& a, const Found& b, const Tolerance& tolerance, float threshold) {
  ASSERT_EQ(a.size(), b.size());
  const auto missing = [&](const std::vector<Detection>& from, const std::vector<Detection>& in) {
    for (const Detection& one : from) {
      const bool found = std::ranges::any_of(in, [&](const Detection& other) {
        const auto near = [&](float x, float y) { return std::abs(x - y) <= tolerance.box_px; };
        return one.class_id == other.class_id && std::abs(one.score - other.score) <= tolerance.score &&
               near(one.box.left, other.box.left) && near(one.box.top, other.box.top) &&
               near(one.box.width, other.box.width) && near(one.box.height, other.box.height);
      });
      if (!found && one.score > threshold + tolerance.score) {
        ADD_FAILURE() << "score " << one.score << " class " << one.class_id << " at " << one.box.left << ", " << one.box.top;
      }
    }
  };
  for (std::size_t i = 0; i < a.size(); ++i) {
    missing(a[i], b[i]);
    missing(b[i], a[i]);
  }
}

class PublishedDetector : public ::testing::Test {
 protected:
  void SetUp() override {
    VIGIL_REQUIRE_SHARED(onnx, "models/yolox_nano.onnx");
    onnx_ = onnx;
    nets::Yolox net(*nets::yolox_variant("yolox-nano"), 80);
    ASSERT_TRUE(net->load_folded(nets::onnx_convolutions(onnx)));
    ASSERT_TRUE(save_detector(ours_, *net, {.name = "nano", .net = "yolox-nano"}, {.half = false}));
    const auto street = test::street_video();
    ASSERT_TRUE(street) << "Debian's opencv-doc is part of the toolchain";
    frames_ = frames_of(*street, 3, 40);
    // Our input is cut to what a frame needs, that of the published file is not: square frames need all of both.
    square_frames_ = frames_of(*street, 3, 40, media::ExactSize{.width_px = 576, .height_px = 576});
  }

  static std::unique_ptr<Detector> load(const fs::path& model, const DetectorOptions& options = {}) {
    auto detector = Detector::load(model, options);
    EXPECT_TRUE(detector) << detector.error().message;
    return *std::move(detector);
  }
  static Found detect(Detector& detector, std::span<const media::Frame> frames) {
    auto found = detector.detect(frames);
    EXPECT_TRUE(found) << found.error().message;
    return *found;
  }
  Found found_by(const fs::path& model, const DetectorOptions& options = {}) const {
    return detect(*load(model, options), frames_);
  }

  test::TempDir dir_;
  fs::path ours_ = dir_ / "nano.safetensors";
  fs::path onnx_;
  std::vector<media::Frame> frames_, square_frames_;
};

const DetectorOptions kExact{.precision = nn::Precision::kFull32};

TEST_F(PublishedDetector, ours_and_the_published_file_find_the_same) {
  for (const std::vector<int>& classes : std::vector<std::vector<int>>{{0}, {0, 24, 26}, {}}) {
    DetectorOptions options = kExact;
    options.classes = classes;
    options.score_threshold = 0.1F;
    const Found ours = detect(*load(ours_, options), square_frames_);
    EXPECT_GT(ours[0].size(), 3U);
    expect_alike(ours, detect(*load(onnx_, options), square_frames_), {.score = 1e-3F, .box_px = 0.1F}, 0.1F);
  }
}

TEST_F(PublishedDetector, says_what_it_is) {
  const auto ours = load(ours_);
  EXPECT_EQ(ours->info().name, "nano");
  EXPECT_EQ(ours->info().kind, "YOLOX");
  EXPECT_EQ(ours->info().classes, 80);
  EXPECT_EQ(ours->info().input_width_px, 416) << "the published size, which nobody gave";
  const auto foreign = load(onnx_);
  EXPECT_EQ(foreign->info().name, "yolox_nano");
  EXPECT_EQ(foreign->info().kind, "YOLOX (ONNX)");
  EXPECT_EQ(foreign->info().classes, 80);
  EXPECT_EQ(foreign->info().input_height_px, 416);
  EXPECT_EQ(load(ours_, {.input_width_px = 640, .input_height_px = 480})->info().input_height_px, 480);
}

TEST_F(PublishedDetector, finds_the_people_of_the_street) {
  // By eye in frames 0, 40 and 80: 5 to 9 people, the smallest half hidden.
  for (const auto& people : found_by(ours_, {.score_threshold = 0.4F})) {
    EXPECT_GE(people.size(), 4U);
    EXPECT_LE(people.size(), 10U);
    for (const Detection& person : people) {
      EXPECT_EQ(person.class_id, kPersonClass);
      EXPECT_GT(person.box.height, person.box.width);
      EXPECT_GE(person.box.left, 0);
      EXPECT_LE(person.box.bottom(), 576);
    }
  }
}

TEST_F(PublishedDetector, batched_frames_give_what_single_ones_give) {
  for (const fs::path& model : {ours_, onnx_}) {
    const auto detector = load(model, kExact);
    Found singles;
    for (const media::Frame& frame : frames_) singles.push_back(detect(*detector, {&frame, 1})[0]);
    expect_alike(detect(*detector, frames_), singles, {.score = 1e-4F, .box_px = 0.02F}, 0.25F);
  }
  EXPECT_TRUE(detect(*load(ours_), {}).empty());
}

TEST_F(PublishedDetector, sixteen_bits_find_the_same_people) {
  if (!nn::cpu_has_bf16()) GTEST_SKIP() << "needs a CPU with bf16";
  expect_alike(found_by(ours_), found_by(ours_, kExact), {.score = 0.05F, .box_px = 6}, 0.25F);
}

TEST_F(PublishedDetector, repeats_itself_bit_by_bit) {
  const auto detector = load(ours_);
  const Found once = detect(*detector, frames_);
  const Found again = detect(*detector, frames_);
  for (std::size_t i = 0; i < once.size(); ++i) {
    ASSERT_EQ(once[i].size(), again[i].size());
    for (std::size_t j = 0; j < once[i].size(); ++j) {
      EXPECT_EQ(once[i][j].box, again[i][j].box);
      EXPECT_EQ(once[i][j].score, again[i][j].score);
    }
  }
}

TEST_F(PublishedDetector, holds_when_threads_become_more_after_loading) {
  const int before = torch::get_num_threads();
  torch::set_num_threads(1);
  const auto detector = load(ours_, kExact);
  const Found one = detect(*detector, frames_);
  torch::set_num_threads(24);
  expect_alike(detect(*detector, frames_), one, {.score = 1e-4F, .box_px = 0.02F}, 0.25F);
  torch::set_num_threads(before);
}

TEST_F(PublishedDetector, leaves_the_settings_of_the_process_alone) {
  const int torch_before = torch::get_num_threads();
  const int opencv_before = cv::getNumThreads();
  torch::set_num_threads(3);
  cv::setNumThreads(3);
  const auto log_before = cv::utils::logging::getLogLevel();
  load(ours_);
  load(onnx_);
  EXPECT_EQ(torch::get_num_threads(), 3);
  EXPECT_EQ(cv::getNumThreads(), 3);
  EXPECT_EQ(cv::utils::logging::getLogLevel(), log_before);
  load(ours_, {.threads = 2});
  load(onnx_, {.threads = 2});
  EXPECT_EQ(torch::get_num_threads(), 2);
  EXPECT_EQ(cv::getNumThreads(), 2);
  torch::set_num_threads(torch_before);
  cv::setNumThreads(opencv_before);
}

TEST_F(PublishedDetector, tiles_find_the_same_people) {
  const Found plain = found_by(ours_);
  const Found tiled = found_by(ours_, {.tiling = {.columns = 2, .rows = 2, .overlap = 0.3}});
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_GE(tiled[i].size() + 1, plain[i].size());
    EXPECT_LE(tiled[i].size(), plain[i].size() + 4);
    for (const Detection& person : plain[i]) {
      if (person.score < 0.6F) continue;
      EXPECT_TRUE(std::ranges::any_of(tiled[i], [&](const Detection& other) { return iou(person.box, other.box) > 0.6F; }));
    }
  }
}

TEST_F(PublishedDetector, fills_memory_that_is_used_again) {
  for (const Tiling& tiling : {Tiling{}, Tiling{.columns = 2}}) {
    const auto detector = load(ours_, {.tiling = tiling});
    const Found fresh = detect(*detector, frames_);
    Found used(7, std::vector<Detection>(3));
    ASSERT_TRUE(detector->detect(frames_, used));
    expect_alike(used, fresh, {}, 0.25F);
    ASSERT_TRUE(detector->detect(std::span(frames_).first(1), used));
    expect_alike(used, {fresh[0]}, {.score = 0.01F, .box_px = 1}, 0.25F);
  }
}

TEST_F(PublishedDetector, refuses_classes_that_the_network_lacks) {
  for (const fs::path& model : {ours_, onnx_}) {
    const auto refused = Detector::load(model, {.classes = {0, 80}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(refused.error().message, HasSubstr("class 80"));
  }
}

TEST_F(PublishedDetector, refuses_frames_that_it_cannot_show) {
  const auto detector = load(ours_);
  const auto refused = detector->detect(std::vector{frames_[0], media::Frame()});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(PublishedDetector, damaged_files_are_refused) {
  for (const fs::path& model : {ours_, onnx_}) {
    const std::string bytes = test::read_bytes(model);
    const fs::path cut = dir_ / ("cut" + model.extension().string());
    for (const double part : {0.0, 0.001, 0.5, 0.99}) {
      std::ofstream(cut, std::ios::binary) << bytes.substr(0, static_cast<std::size_t>(part * bytes.size()));
      const auto refused = Detector::load(cut);
      ASSERT_FALSE(refused) << part;
      EXPECT_EQ(refused.error().code, ErrorCode::kUnreadable) << refused.error().message;
      EXPECT_THAT(refused.error().message, HasSubstr(cut.string()));
    }
  }
}

TEST(NanoDetDetector, finds_the_people_of_the_street) {
  VIGIL_REQUIRE_PUBLIC_MODEL(model, "nanodet.json");
  const auto street = test::street_video();
  ASSERT_TRUE(street) << "Debian's opencv-doc is part of the toolchain";
  const auto frames = frames_of(*street, 3, 40);
  auto detector = Detector::load(model, {.score_threshold = 0.3F});
  ASSERT_TRUE(detector) << detector.error().message;
  EXPECT_EQ((*detector)->info().name, "nanodet");
  EXPECT_EQ((*detector)->info().kind, "NanoDet");
  EXPECT_EQ((*detector)->info().classes, 80);
  EXPECT_EQ((*detector)->info().input_width_px, 416);
  const auto found = (*detector)->detect(frames);
  ASSERT_TRUE(found) << found.error().message;
  // By eye in frames 0, 40 and 80: 5 to 9 people, the smallest half hidden. At so low a score one may be none.
  for (const auto& people : *found) {
    EXPECT_GE(people.size(), 3U);
    EXPECT_LE(people.size(), 12U);
    const auto upright = std::ranges::count_if(people, [](const Detection& d) { return d.box.height > d.box.width; });
    EXPECT_GE(upright + 1, std::ssize(people));
    for (const Detection& person : people) EXPECT_EQ(person.class_id, kPersonClass);
  }
}

TEST(NanoDetDetector, saved_as_our_own_file_finds_the_same) {
  VIGIL_REQUIRE_PUBLIC_MODEL(published, "nanodet.json");
  const test::TempDir dir;
  const auto model = load_detector_model(published);
  ASSERT_TRUE(model) << model.error().message;
  const fs::path saved = dir / "house.safetensors";
  ASSERT_TRUE(save_detector(saved, *model->net, {.name = "house", .net = "nanodet-g"}, {.half = false}));
  const auto frames = frames_of(*test::street_video(), 1);
  const auto found_by = [&](const fs::path& file, const DetectorOptions& options) {
    auto detector = Detector::load(file, options);
    EXPECT_TRUE(detector) << detector.error().message;
    return *(*detector)->detect(frames);
  };
  DetectorOptions options = kExact;
  expect_alike(found_by(saved, options), found_by(published, options), {.score = 1e-4F, .box_px = 0.02F}, 0.25F);
  if (nn::cpu_has_bf16()) {
    expect_alike(found_by(published, {}), found_by(published, options), {.score = 0.03F, .box_px = 4}, 0.25F);
  }
}

TEST(Detector, refuses_files_of_other_kinds) {
  const test::TempDir dir;
  const auto error_of = [](const fs::path& model) {
    const auto refused = Detector::load(model);
    EXPECT_FALSE(refused) << model;
    return refused ? core::Error{} : refused.error();
  };
  EXPECT_EQ(error_of(dir / "none.safetensors").code, ErrorCode::kNotFound);
  std::ofstream(dir / "model.pt") << "x";
  EXPECT_EQ(error_of(dir / "model.pt").code, ErrorCode::kUnsupported);
  std::ofstream(dir / "other.json") << "{}";
  EXPECT_EQ(error_of(dir / "other.json").code, ErrorCode::kUnreadable);
  std::ofstream(dir / "alone.cfg") << "[net]\nwidth=416\n";
  EXPECT_EQ(error_of(dir / "alone.cfg").code, ErrorCode::kNotFound) << "its weights are missing";
  std::ofstream(dir / "alone.weights") << "x";
  EXPECT_EQ(error_of(dir / "alone.cfg").code, ErrorCode::kUnreadable);
  ASSERT_TRUE(nn::write_safetensors(dir / "other.safetensors",
                                    {.tensors = {{"x", torch::zeros({1})}}, .metadata = {{"vigil", "clip"}}}));
  EXPECT_THAT(error_of(dir / "other.safetensors").message, HasSubstr("holds no detector"));
}

TEST(Detector, refuses_options_out_of_range) {
  for (const DetectorOptions& options : std::vector<DetectorOptions>{{.input_width_px = 100, .input_height_px = 96},
                                                                     {.input_width_px = 96},
                                                                     {.input_width_px = 8192, .input_height_px = 96},
                                                                     {.score_threshold = NAN},
                                                                     {.max_iou = 1.5F},
                                                                     {.classes = {-1}},
                                                                     {.tiling = {.columns = 9}},
                                                                     {.tiling = {.overlap = 0.6}},
                                                                     {.threads = -1}}) {
    EXPECT_FALSE(options.validate());
  }
  EXPECT_TRUE(DetectorOptions{}.validate());
}

TEST(DetectorModel, what_the_loader_would_refuse_is_not_saved) {
  const test::TempDir dir;
  const nets::Yolox net(*nets::yolox_variant("yolox-nano"), 3);
  const DetectorModelInfo good{.name = "three", .net = "yolox-nano", .classes = 3};
  const auto refused = [&](const DetectorModelInfo& info) {
    const auto saved = save_detector(dir / "x.safetensors", *net, info);
    return !saved && saved.error().code == ErrorCode::kInvalidArgument && !fs::exists(dir / "x.safetensors");
  };
  const auto changed = [&](auto change) {
    DetectorModelInfo info = good;
    change(info);
    return info;
  };
  EXPECT_TRUE(refused(changed([](auto& info) { info.name.clear(); })));
  EXPECT_TRUE(refused(changed([](auto& info) { info.net = "yolox-huge"; })));
  EXPECT_TRUE(refused(changed([](auto& info) { info.net = "nanodet-g"; }))) << "it is another network's";
  EXPECT_TRUE(refused(changed([](auto& info) { info.classes = 80; })));
  EXPECT_TRUE(refused(changed([](auto& info) { info.input_width_px = 416; })));
  EXPECT_TRUE(refused(changed([](auto& info) { info.input_width_px = info.input_height_px = 100; })));
  ASSERT_TRUE(save_detector(dir / "x.safetensors", *net, good));
  const auto loaded = load_detector_model(dir / "x.safetensors");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->info.classes, 3);
  EXPECT_EQ(loaded->info.input_width_px, 416);
  EXPECT_EQ(loaded->info.input_height_px, 416);
}

}  // namespace
}  // namespace vigil::vision
