#include "learn/embedder_training.h"

#include <format>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/atomic_file.h"
#include "learn/looks_loss.h"
#include "learn/reid_scoring.h"
#include "learn/tracklet_source.h"
#include "nn/safetensors.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::MediaTime;
using ::testing::HasSubstr;
using torch::Tensor;
namespace fs = std::filesystem;

// Eight people, each of another colour of coat and trousers, four pictures of each, two people in a video.
std::vector<Tracklet> eight_people() {
  constexpr std::array<const char*, 8> kColors = {"red", "blue", "green", "white", "black", "yellow", "orange", "purple"};
  std::vector<Tracklet> people;
  for (std::size_t i = 0; i < 8; ++i) {
    Tracklet& person = people.emplace_back(Tracklet{.scene = std::format("scene-{}", i / 2),
                                                    .video = std::format("{}.mp4", i / 2),
                                                    .track = static_cast<std::int64_t>(i),
                                                    .begin = {},
                                                    .end = MediaTime::from_seconds(9),
                                                    .pictures = {}});
    for (int k = 0; k < 4; ++k) {
      const auto file = test::make_media(
          std::format("person-{}-{}.png", i, k),
          std::format(
              "-f lavfi -i color=gray:s=40x96,drawbox=x={}:y=14:w=22:h=36:color={}:t=fill,drawbox=x={}:y=50:w=20:h=40:"
              "color={}:t=fill,noise=alls=20:all_seed={} -frames:v 1",
              6 + 2 * k, kColors[i], 7 + 2 * k, kColors[(3 * i + 1) % 8], 10 * i + static_cast<std::size_t>(k)));
      person.pictures.push_back({.file = file, .time = MediaTime::from_seconds(3 * k)});
    }
  }
  return people;
}

Recipe make_recipe(const std::vector<std::string>& overrides = {}) {
  constexpr std::string_view kToml = R"(
    name = "toy-looks"
    [net]
    name = "osnet-x0.25"
    [looks]
    input_width_px = 32
    input_height_px = 64
    embedding = 32
    held_out_every = 0
    [data]
    workers = 1
    [optimizer]
    lr = 3e-3
    [schedule]
    kind = "constant"
    [trainer]
    min_epochs = 3
    max_epochs = 3
    batch_size = 16
    monitor = "last"
  )";
  auto recipe = parse_recipe(kToml, "toy", overrides);
  EXPECT_TRUE(recipe) << recipe.error().message;
  return *recipe;
}

nn::TensorMap weights_of(const fs::path& path) {
  auto file = nn::read_safetensors(path);
  EXPECT_TRUE(file) << file.error().message;
  return file->tensors;
}

void expect_equal(const nn::TensorMap& a, const nn::TensorMap& b) {
  ASSERT_EQ(a.size(), b.size());
  for (const auto& [name, tensor] : a) EXPECT_TRUE(tensor.equal(b.at(name))) << name;
}

TEST(LooksLoss, is_small_where_people_are_apart_and_large_where_they_are_mixed) {
  const Tensor people = torch::tensor({0, 0, 1, 1}, torch::kInt64);
  const Tensor different = people.unsqueeze(0) != people.unsqueeze(1);
  const Tensor apart = torch::tensor({{1.0, 0.0}, {1.0, 0.0}, {0.0, 1.0}, {0.0, 1.0}});
  const Tensor mixed = torch::tensor({{1.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {0.0, 1.0}});
  EXPECT_LT(looks_loss(apart, people, different).item<double>(), 1e-3);
  EXPECT_GT(looks_loss(mixed, people, different).item<double>(), 5);
  EXPECT_NEAR(looks_loss(7 * mixed, people, different).item<double>(), looks_loss(mixed, people, different).item<double>(),
              1e-5)
      << "lengths do not count";
}

TEST(LooksLoss, equals_the_formula) {
  torch::manual_seed(1);
  const Tensor looks = torch::randn({6, 5});
  const Tensor people = torch::tensor({0, 0, 0, 1, 1, 2}, torch::kInt64);
  Tensor different = people.unsqueeze(0) != people.unsqueeze(1);
  different[0][5] = different[5][0] = false;  // nobody knows
  const Tensor z = looks / looks.norm(2, 1, true);
  double sum = 0;
  int pairs = 0;
  for (int i = 0; i < 6; ++i) {
    for (int p = 0; p < 6; ++p) {
      if (i == p || people[i].item<int>() != people[p].item<int>()) continue;
      const auto like = [&](int k) { return std::exp(z[i].dot(z[k]).item<double>() / 0.2); };
      double others = 0;
      for (int n = 0; n < 6; ++n) others += different[i][n].item<bool>() ? like(n) : 0;
      sum += -std::log(like(p) / (like(p) + others));
      ++pairs;
    }
  }
  EXPECT_NEAR(looks_loss(looks, people, different, {.temperature = 0.2}).item<double>(), sum / pairs, 1e-4);
}

TEST(LooksLoss, without_pairs_there_is_nothing_to_learn) {
  Tensor looks = torch::randn({3, 4}).requires_grad_();
  const Tensor people = torch::tensor({0, 1, 2}, torch::kInt64);
  const Tensor loss = looks_loss(looks, people, torch::ones({3, 3}, torch::kBool));
  loss.backward();
  EXPECT_EQ(loss.item<double>(), 0);
  EXPECT_EQ(looks.grad().abs().max().item<double>(), 0);
}

class TrackletSourceTest : public ::testing::Test {
 protected:
  static std::vector<Batch> epoch(TrackletSource& source, std::int64_t number, std::int64_t first = 0) {
    std::vector<Batch> batches;
    source.start_epoch(number, first);
    for (;;) {
      auto batch = source.next();
      EXPECT_TRUE(batch) << batch.error().message;
      if (!*batch) return batches;
      batches.push_back(std::move(**batch));
    }
  }
  static std::unique_ptr<TrackletSource> make(TrackletSourceOptions options) {
    options.width_px = 32;
    options.height_px = 64;
    options.people = 4;
    auto source = TrackletSource::create(eight_people(), options);
    EXPECT_TRUE(source) << source.error().message;
    return *std::move(source);
  }
};

TEST_F(TrackletSourceTest, an_epoch_shows_each_person_once_with_several_pictures) {
  const auto source = make({.workers = 2});
  EXPECT_EQ(source->batches_per_epoch(), 2);
  const auto batches = epoch(*source, 0);
  ASSERT_EQ(batches.size(), 2U);
  std::map<int, int> shown;
  for (const Batch& batch : batches) {
    EXPECT_EQ(batch.inputs.sizes(), torch::IntArrayRef({16, 3, 64, 32}));
    for (int i = 0; i < 16; ++i) ++shown[batch.labels[i].item<int>()];
    const auto company = [&](int i) { return batch.labels[4 * i].item<int>() / 2; };
    EXPECT_TRUE(company(0) == company(1) && company(2) == company(3)) << "those of one video stand together";
  }
  for (int i = 0; i < 8; ++i) EXPECT_EQ(shown[i], 4) << i;
}

TEST_F(TrackletSourceTest, does_not_depend_on_workers_and_goes_on_in_the_middle) {
  const auto one = epoch(*make({.workers = 1}), 3);
  const auto three = epoch(*make({.workers = 3}), 3);
  const auto rest = epoch(*make({.workers = 2}), 3, 1);
  ASSERT_EQ(one.size(), three.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(one[i].inputs.equal(three[i].inputs));
    EXPECT_TRUE(one[i].labels.equal(three[i].labels));
  }
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_TRUE(rest[0].inputs.equal(one[1].inputs));
  EXPECT_FALSE(epoch(*make({.workers = 1}), 4)[0].inputs.equal(one[0].inputs));
}

TEST_F(TrackletSourceTest, without_augmentation_pictures_are_only_stretched) {
  const auto batch = epoch(*make({.augment = false, .workers = 1}), 0)[0];
  for (int i = 0; i < 16; i += 4) {
    const Tensor coat = batch.inputs[i].slice(1, 14, 28).slice(2, 12, 20).mean({1, 2});
    const Tensor next = batch.inputs[i + 1].slice(1, 14, 28).slice(2, 12, 20).mean({1, 2});
    EXPECT_LT((coat - next).abs().max().item<double>(), 25) << "one person's coat";
  }
}

TEST_F(TrackletSourceTest, too_few_people_are_refused_and_a_missing_picture_is_named) {
  EXPECT_THAT(TrackletSource::create(eight_people(), {.people = 9}).error().message, HasSubstr("8 tracklets"));
  EXPECT_EQ(TrackletSource::create(eight_people(), {.people = 1}).error().code, ErrorCode::kInvalidArgument);
  auto people = eight_people();
  for (Tracklet& person : people) {
    for (TrackletPicture& picture : person.pictures) picture.file = "no-such.jpg";
  }
  const auto source = *TrackletSource::create(people, {.people = 4});
  source->start_epoch(0);
  EXPECT_THAT(source->next().error().message, HasSubstr("no-such.jpg"));
}

TEST(EmbedderTraining, learns_to_tell_eight_people_apart) {
  const test::TempDir dir;
  const auto people = eight_people();
  const auto run = train_embedder(make_recipe({"trainer.min_epochs=15", "trainer.max_epochs=15"}), people,
                                  {.out = dir / "run", .threads = 1});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->people, 8);
  const auto embedder = vision::Embedder::load(run->weights);
  ASSERT_TRUE(embedder) << embedder.error().message;
  EXPECT_EQ((*embedder)->info().name, "toy-looks");
  EXPECT_EQ((*embedder)->info().length, 32);
  const auto set = embed_tracklets(**embedder, people);
  ASSERT_TRUE(set) << set.error().message;
  const auto scores = measure_reid(set->samples);
  ASSERT_TRUE(scores) << scores.error().message;
  EXPECT_GE(scores->rank1, 0.95);
}

TEST(EmbedderTraining, a_resumed_run_equals_an_uninterrupted_one) {
  const test::TempDir dir;
  const auto whole = train_embedder(make_recipe(), eight_people(), {.out = dir / "whole", .threads = 1});
  ASSERT_TRUE(whole) << whole.error().message;
  std::stop_source stop;
  EmbedderTrainingOptions cut{.out = dir / "cut", .threads = 1, .stop = stop.get_token()};
  cut.progress = [&](const core::Progress& progress) {
    if (progress.done >= 2) stop.request_stop();
  };
  EXPECT_EQ(train_embedder(make_recipe(), eight_people(), cut).error().code, ErrorCode::kCancelled);
  const auto resumed = train_embedder(make_recipe(), eight_people(), {.out = dir / "cut", .threads = 1, .resume = true});
  ASSERT_TRUE(resumed) << resumed.error().message;
  expect_equal(weights_of(whole->weights), weights_of(resumed->weights));
}

TEST(EmbedderTraining, held_out_scenes_are_not_trained_on) {
  const auto people = eight_people();
  EXPECT_EQ(held_out_scenes(people, 4), std::set<std::string>{"scene-2"});
  EXPECT_TRUE(held_out_scenes(people, 0).empty());
  const test::TempDir dir;
  const auto run = train_embedder(make_recipe({"looks.held_out_every=4", "trainer.min_epochs=1", "trainer.max_epochs=1"}),
                                  people, {.out = dir / "run", .threads = 1});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->people, 6);
}

}  // namespace
}  // namespace vigil::learn
