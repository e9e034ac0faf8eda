#include "learn/feature_table.h"

#include <format>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/log.h"
#include "learn/clip_sources.h"
#include "learn/feature_source.h"
#include "nets/people_net.h"
#include "support/make_media.h"
#include "support/temp_dir.h"
#include "vision/window_features.h"

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

nets::ResnetTrunk make_trunk(std::int64_t seed = 5) {
  torch::manual_seed(static_cast<std::uint64_t>(seed));
  return nets::ResnetTrunk();
}

// Copies of three made clips: 1.5, 2 and 4 seconds long, so one, one and several windows.
class FeatureTableTest : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<ClipItem> items;
    for (int i = 0; i < 3; ++i) {
      const double seconds = std::array{1.5, 2.0, 4.0}[static_cast<std::size_t>(i)];
      const std::string name = std::format("c{}.mp4", i);
      const auto made = test::make_media(
          name, std::format("-f lavfi -i testsrc2=size=160x120:rate=16:duration={},hue=h={} -c:v libx264 -pix_fmt yuv420p",
                            seconds, 70 * i));
      fs::copy_file(made, dir_ / name);
      items.push_back({.path = dir_ / name,
                       .name = name,
                       .label = i == 1 ? 0 : 1,
                       .group = name,
                       .origin = std::format("clips.csv:{}", i + 2)});
    }
    clips_ = ClipSet(std::move(items));
  }

  core::Result<FeatureTable> compute(FeatureTableOptions options = {}) const {
    return FeatureTable::compute(clips_, make_trunk(), options);
  }
  fs::path cache() const { return dir_ / "cache"; }

  // Replaces the clip's content by something of the same size and time of change.
  void spoil_unseen(const fs::path& path) {
    const auto time = fs::last_write_time(path);
    const auto size = fs::file_size(path);
    std::ofstream(path) << std::string(size, 'x');
    fs::last_write_time(path, time);
  }

  static void expect_equal(const FeatureTable& a, const FeatureTable& b) {
    ASSERT_EQ(a.clips().size(), b.clips().size());
    for (std::size_t i = 0; i < a.clips().size(); ++i) {
      EXPECT_TRUE(a.of(i).plain.equal(b.of(i).plain)) << "clip " << i;
      EXPECT_TRUE(a.of(i).changed.equal(b.of(i).changed)) << "clip " << i;
    }
  }

  test::TempDir dir_;
  ClipSet clips_;
};

TEST_F(FeatureTableTest, longer_clips_have_more_windows_and_each_has_its_views) {
  const auto table = compute({.views = 2});
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->of(0).plain.size(0), 1);
  EXPECT_EQ(table->of(1).plain.size(0), 1);
  EXPECT_EQ(table->of(2).plain.size(0), 3);
  for (std::size_t clip = 0; clip < 3; ++clip) {
    EXPECT_EQ(table->of(clip).plain.size(1), vision::kWindowFeatures);
    EXPECT_EQ(table->of(clip).changed.size(0), 2 * table->of(clip).plain.size(0));
    EXPECT_FALSE(table->of(clip).changed[0].equal(table->of(clip).changed[1])) << "views differ";
  }
  EXPECT_EQ(table->all_rows().size(0), 5 * 3);
}

TEST_F(FeatureTableTest, what_is_in_the_cache_is_not_computed_again) {
  const auto first = compute({.views = 1, .cache = cache()});
  ASSERT_TRUE(first) << first.error().message;
  for (std::size_t i = 0; i < clips_.size(); ++i) spoil_unseen(clips_.get(i).path);
  const auto second = compute({.views = 1, .cache = cache()});
  ASSERT_TRUE(second) << second.error().message;
  expect_equal(*first, *second);
}

TEST_F(FeatureTableTest, the_cache_serves_only_the_same_file_trunk_seed_and_views) {
  ASSERT_TRUE(compute({.views = 1, .cache = cache()}));
  for (std::size_t i = 0; i < clips_.size(); ++i) spoil_unseen(clips_.get(i).path);
  EXPECT_FALSE(compute({.views = 2, .cache = cache()}));
  EXPECT_FALSE(compute({.views = 1, .seed = 2, .cache = cache()}));
  EXPECT_FALSE(FeatureTable::compute(clips_, make_trunk(6), {.views = 1, .cache = cache()}));
  std::ofstream(clips_.get(1).path, std::ios::app) << "longer";
  const auto changed = compute({.views = 1, .cache = cache()});
  ASSERT_FALSE(changed);
  EXPECT_THAT(changed.error().message, HasSubstr("c1.mp4"));
}

TEST_F(FeatureTableTest, a_damaged_cache_entry_is_computed_again) {
  const auto first = compute({.cache = cache()});
  for (const auto& entry : fs::directory_iterator(cache())) fs::resize_file(entry.path(), fs::file_size(entry.path()) / 2);
  const auto second = compute({.cache = cache()});
  ASSERT_TRUE(second) << second.error().message;
  expect_equal(*first, *second);
}

TEST_F(FeatureTableTest, a_stop_keeps_what_was_computed) {
  std::stop_source stop;
  const auto stopped = compute({.cache = cache(), .stop = stop.get_token(), .progress = [&](const core::Progress& progress) {
                                  if (progress.done >= 1) stop.request_stop();
                                }});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, core::ErrorCode::kCancelled);
  spoil_unseen(clips_.get(0).path);
  EXPECT_TRUE(compute({.cache = cache()})) << "the first clip comes out of the cache";
}

TEST_F(FeatureTableTest, a_broken_clip_is_named_or_left_out) {
  spoil_unseen(clips_.get(1).path);
  const auto strict = compute();
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error().code, core::ErrorCode::kUnreadable);
  EXPECT_THAT(strict.error().message, HasSubstr("c1.mp4"));
  EXPECT_THAT(strict.error().message, HasSubstr("clips.csv:3"));

  const auto previous = core::set_log_sink([](core::LogLevel, std::string_view) {});
  const auto lenient = compute({.skip_broken = true});
  core::set_log_sink(previous);
  ASSERT_TRUE(lenient);
  ASSERT_EQ(lenient->clips().size(), 2U);
  EXPECT_EQ(lenient->index_of(1), 2U);
  EXPECT_EQ(lenient->clips().get(1).name, "c2.mp4");
}

// Somebody who walks through every clip, and says how often that was asked.
class Walker : public PeopleProvider {
 public:
  std::string key() const override { return "walker"; }

  core::Result<ClipPeople> people_of(const fs::path&, std::stop_token) override {
    ++asked;
    ClipPeople people{.frames = {}, .width_px = 160, .height_px = 120};
    for (int i = 0; i < 64; ++i) {
      core::TrackedPerson person;
      person.track.id = 1;
      person.track.box = {.left = 10.0F + static_cast<float>(i), .top = 20, .width = 30, .height = 80};
      people.frames.push_back({.time = core::MediaTime::from_seconds(i / 16.0), .people = {person}});
    }
    return people;
  }

  int asked = 0;
};

TEST_F(FeatureTableTest, pictures_of_people_are_kept_in_half_precision_and_computed_once) {
  torch::manual_seed(5);
  const nets::Resnet50 network;
  Walker walker;
  const auto first = FeatureTable::compute_people_crops(clips_, network, walker, {.cache = cache()});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(walker.asked, 3);
  const torch::Tensor rows = first->of(2).plain;
  EXPECT_EQ(rows.dtype(), torch::kFloat16);
  EXPECT_GT(rows.size(0), 1);
  EXPECT_EQ(rows.sizes().slice(1), torch::IntArrayRef({FeatureTable::kMostPeople, nets::kPersonCropRow}));
  EXPECT_EQ(rows.select(2, 0).sum(1).min().item<float>(), nets::kSomebody) << "one person in every window";
  EXPECT_GT(nets::crops_of(rows.select(1, 0)).abs().amax({1, 2}).min().item<float>(), 0);
  EXPECT_EQ(rows.narrow(1, 1, FeatureTable::kMostPeople - 1).abs().max().item<float>(), 0);

  const auto again = FeatureTable::compute_people_crops(clips_, network, walker, {.cache = cache()});
  ASSERT_TRUE(again);
  expect_equal(*first, *again);
  EXPECT_EQ(walker.asked, 3);
  EXPECT_FALSE(FeatureTable::compute_people_crops(clips_, network, walker, {.views = 1})) << "people have no changed views";
}

TEST_F(FeatureTableTest, a_net_on_pictures_of_people_says_what_it_needs) {
  const auto net = *nets::make_clip_net("seed-track-lstm-resnet");
  const auto refused = make_eval_table(*net, clips_, {.files = {.trunk = "violence-clip.safetensors"}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("name resnet50"));
  const auto missing = make_eval_table(*net, clips_, {.files = {.trunk = dir_ / "resnet50.json"}});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("vigil models pull resnet50"));
}

TEST_F(FeatureTableTest, views_out_of_range_are_refused) {
  for (const int views : {-1, 65}) {
    const auto table = compute({.views = views});
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().code, core::ErrorCode::kInvalidArgument);
    EXPECT_THAT(table.error().message, HasSubstr(std::to_string(views)));
  }
}

std::vector<Batch> epoch(FeatureSource& source, std::int64_t number, std::int64_t first_batch = 0) {
  std::vector<Batch> batches;
  source.start_epoch(number, first_batch);
  for (auto batch = source.next(); batch && *batch; batch = source.next()) batches.push_back(**batch);
  return batches;
}

void expect_same_batches(const std::vector<Batch>& a, const std::vector<Batch>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].samples, b[i].samples);
    EXPECT_TRUE(a[i].inputs.equal(b[i].inputs));
    EXPECT_TRUE(a[i].labels.equal(b[i].labels));
  }
}

TEST_F(FeatureTableTest, source_shows_both_classes_alike_and_clips_whatever_their_length) {
  FeatureSource source(*compute(), {.batch_size = 10, .repeat = 100});
  std::array<int, 3> shown{};
  int violent = 0;
  for (const Batch& batch : epoch(source, 0)) {
    for (const std::int64_t sample : batch.samples) ++shown[static_cast<std::size_t>(sample)];
    violent += static_cast<int>(batch.labels.sum().item<float>());
  }
  EXPECT_EQ(violent, 150) << "half of 3 clips × 100, though two of three clips are violent";
  EXPECT_EQ(shown[1], 150) << "the only clip of its class";
  EXPECT_NEAR(shown[0], shown[2], 50) << "a clip of three windows is not shown three times as often";
}

TEST_F(FeatureTableTest, source_depends_on_the_epoch_alone_and_resumes_within_it) {
  const FeatureTable table = *compute();
  FeatureSource source(table, {.batch_size = 4, .repeat = 5});
  EXPECT_EQ(source.batches_per_epoch(), 4);
  auto third = epoch(source, 3);
  EXPECT_FALSE(third[0].inputs.equal(epoch(source, 4)[0].inputs));
  FeatureSource fresh(table, {.batch_size = 4, .repeat = 5});
  expect_same_batches(third, epoch(fresh, 3));
  third.erase(third.begin(), third.begin() + 2);
  expect_same_batches(third, epoch(fresh, 3, 2));
  FeatureSource other(table, {.batch_size = 4, .repeat = 5, .seed = 2});
  EXPECT_FALSE(third[0].inputs.equal(epoch(other, 3, 2)[0].inputs));
}

TEST_F(FeatureTableTest, measuring_shows_every_plain_row_once_in_order) {
  FeatureSource source(*compute({.views = 1}), {.batch_size = 2});
  std::vector<std::int64_t> samples;
  for (const Batch& batch : epoch(source, 7)) samples.insert(samples.end(), batch.samples.begin(), batch.samples.end());
  EXPECT_THAT(samples, ElementsAre(0, 1, 2, 2, 2));
  EXPECT_EQ(source.samples(), 3);
}

}  // namespace
}  // namespace vigil::learn
