#include "learn/detector_training.h"

#include <algorithm>
#include <format>
#include <fstream>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/atomic_file.h"
#include "learn/dense_boxes.h"
#include "learn/detection_loss.h"
#include "learn/detection_metrics.h"
#include "learn/detection_scoring.h"
#include "learn/picture_source.h"
#include "nets/detection_net.h"
#include "support/make_media.h"
#include "support/temp_dir.h"
#include "vision/detector_model.h"

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;

// Eight pictures of 128 × 96: on each a "person", a bright upright rectangle on a pattern, somewhere else.
std::vector<CocoPicture> eight_pictures() {
  std::vector<CocoPicture> pictures;
  for (int i = 0; i < 8; ++i) {
    const core::Box box{.left = 8.0F + 11.0F * static_cast<float>(i),
                        .top = 10.0F + 3.0F * static_cast<float>(i),
                        .width = 20,
                        .height = 50};
    const auto file =
        test::make_media(std::format("person-{}.png", i),
                         std::format("-f lavfi -i testsrc2=size=128x96:rate=1:duration=1,eq=brightness=-0.3:contrast=0.5,"
                                     "drawbox=x={}:y={}:w=20:h=50:color=white:t=fill -frames:v 1",
                                     box.left, box.top));
    pictures.push_back({.file = file, .truth = {{.box = box}}});
  }
  return pictures;
}

Recipe make_recipe(const std::vector<std::string>& overrides = {}) {
  constexpr std::string_view kToml = R"(
    name = "toy-detector"
    [net]
    name = "yolox-nano"
    [detection]
    input_px = 128
    scale_min = 0.9
    scale_max = 1.1
    mosaic_probability = 0.5
    plain_epochs = 1
    [data]
    workers = 1
    [optimizer]
    lr = 2e-3
    [schedule]
    kind = "constant"
    [trainer]
    max_epochs = 3
    batch_size = 4
    ema_decay = 0.9
    monitor = "last"
  )";
  auto recipe = parse_recipe(kToml, "toy", overrides);
  EXPECT_TRUE(recipe) << recipe.error().message;
  return *recipe;
}

std::vector<float> weights_of(const fs::path& path) {
  const auto model = vision::load_detector_model(path);
  EXPECT_TRUE(model) << model.error().message;
  std::vector<float> values;
  for (const torch::Tensor& each : model->net->parameters()) {
    const torch::Tensor flat = each.detach().flatten().contiguous();
    values.insert(values.end(), flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel());
  }
  return values;
}

TEST(DetectorTraining, a_detector_overfits_eight_pictures) {
  torch::set_num_threads(1);
  torch::manual_seed(1);
  auto net = *nets::make_detection_net("yolox-nano", 1);
  auto source = PictureSource::create(
      eight_pictures(), {.side_px = 128, .longer_min_px = 128, .longer_max_px = 128, .batch_size = 8, .workers = 1});
  ASSERT_TRUE(source) << source.error().message;
  torch::optim::AdamW optimizer(net->parameters(), torch::optim::AdamWOptions(3e-3));
  double first = 0, last = 0;
  for (int epoch = 0; epoch < 40; ++epoch) {
    (*source)->start_epoch(epoch);
    const auto batch = (*source)->next();
    ASSERT_TRUE(batch && *batch);
    const torch::Tensor loss =
        detection_loss(dense_boxes(net->grids((*batch)->inputs), net->box_code()), (*batch)->labels, {.l1 = true});
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    last = loss.item<double>();
    if (epoch == 0) first = last;
  }
  EXPECT_LT(last, first / 3) << "from " << first;
}

TEST(DetectorTraining, resumed_is_uninterrupted_to_the_last_bit) {
  const test::TempDir dir;
  const auto whole = train_detector(make_recipe(), eight_pictures(), {.out = dir / "whole", .device = "cpu", .threads = 1});
  ASSERT_TRUE(whole) << whole.error().message;

  std::stop_source stop;
  int batches = 0;
  const auto cut = train_detector(
      make_recipe(), eight_pictures(),
      {.out = dir / "cut", .device = "cpu", .threads = 1, .stop = stop.get_token(), .progress = [&](const core::Progress&) {
         if (++batches == 3) stop.request_stop();
       }});
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, core::ErrorCode::kCancelled);
  const auto resumed =
      train_detector(make_recipe(), eight_pictures(), {.out = dir / "cut", .device = "cpu", .threads = 1, .resume = true});
  ASSERT_TRUE(resumed) << resumed.error().message;
  EXPECT_EQ(resumed->epochs, 3);
  EXPECT_EQ(resumed->best_epoch, 2) << "the last one is kept";
  EXPECT_EQ(weights_of(resumed->weights), weights_of(whole->weights));
}

TEST(DetectorTraining, starts_from_weights_of_more_classes_and_leaves_the_frozen_ones_alone) {
  const test::TempDir dir;
  torch::manual_seed(5);
  const auto big = *nets::make_detection_net("nanodet-g", 3);
  ASSERT_TRUE(vision::save_detector(dir / "big.safetensors", *big, {.name = "big", .net = "nanodet-g", .classes = 3}));
  const auto run = train_detector(make_recipe({"net.name=nanodet-g", "net.frozen_convolutions=11", "net.fixed_norm=true",
                                               "trainer.max_epochs=1", "optimizer.lr=1e-3", "net.weights=big"}),
                                  eight_pictures(),
                                  {.out = dir / "run", .weights = dir / "big.safetensors", .device = "cpu", .threads = 1});
  ASSERT_TRUE(run) << run.error().message;
  const auto trained = vision::load_detector_model(run->weights);
  ASSERT_TRUE(trained) << trained.error().message;
  const auto before = big->named_parameters(), after = trained->net->named_parameters();
  const auto distance = [&](const std::string& name, const torch::Tensor& was) {
    return (after[name] - was).abs().max().item<float>();
  };
  const std::string first = "backbone.stages.0.conv.weight";
  EXPECT_LT(distance(first, before[first]), 1e-3) << "rounded to float16 only";
  const std::string last = "head.gfl_cls.0.weight";
  const torch::Tensor said = before[last];
  const torch::Tensor kept = torch::cat({said.narrow(0, 0, 1), said.narrow(0, 3, said.size(0) - 3)});
  ASSERT_EQ(after[last].sizes(), kept.sizes());
  EXPECT_LT(distance(last, kept), 0.02) << "the first class and the boxes are where they were, and trained a little";
  EXPECT_GT(distance(last, kept), 1e-4);
}

TEST(DetectorTraining, weights_of_another_network_are_refused) {
  const test::TempDir dir;
  const auto other = *nets::make_detection_net("yolox-tiny", 1);
  ASSERT_TRUE(
      vision::save_detector(dir / "other.safetensors", *other, {.name = "other", .net = "yolox-tiny", .classes = 1}));
  const auto run =
      train_detector(make_recipe(), eight_pictures(), {.out = dir / "run", .weights = dir / "other.safetensors"});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, core::ErrorCode::kInvalidArgument);
}

TEST(PictureSource, an_epoch_does_not_depend_on_the_number_of_workers) {
  const auto epoch_of = [](int workers, std::int64_t first_batch) {
    auto source = PictureSource::create(eight_pictures(), {.side_px = 96,
                                                           .longer_min_px = 60,
                                                           .longer_max_px = 200,
                                                           .mosaic_probability = 0.5,
                                                           .augment = true,
                                                           .batch_size = 2,
                                                           .workers = workers});
    EXPECT_TRUE(source);
    (*source)->start_epoch(3, first_batch);
    std::vector<torch::Tensor> inputs, labels;
    for (auto batch = (*source)->next(); batch && *batch; batch = (*source)->next()) {
      inputs.push_back((*batch)->inputs);
      labels.push_back((*batch)->labels);
    }
    return std::pair(torch::cat(inputs), torch::cat(labels));
  };
  const auto [inputs, labels] = epoch_of(1, 0);
  ASSERT_EQ(inputs.size(0), 8);
  const auto [three_inputs, three_labels] = epoch_of(3, 0);
  EXPECT_TRUE(inputs.equal(three_inputs));
  EXPECT_TRUE(labels.equal(three_labels));
  const auto [rest, rest_labels] = epoch_of(2, 1);
  EXPECT_TRUE(rest.equal(inputs.narrow(0, 2, 6))) << "an epoch taken up in the middle goes on as it was";
}

TEST(PictureSource, a_picture_that_cannot_be_read_is_named) {
  const test::TempDir dir;
  std::ofstream(dir / "broken.jpg") << "no picture";
  auto source = PictureSource::create({{.file = dir / "broken.jpg", .truth = {}}}, {.side_px = 96, .workers = 1});
  ASSERT_TRUE(source);
  (*source)->start_epoch(0);
  const auto batch = (*source)->next();
  ASSERT_FALSE(batch);
  EXPECT_NE(batch.error().message.find("broken.jpg"), std::string::npos);
  EXPECT_FALSE(PictureSource::create({}, {}));
}

}  // namespace
}  // namespace vigil::learn
