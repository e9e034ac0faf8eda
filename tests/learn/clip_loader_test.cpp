#include "learn/clip_loader.h"

#include <format>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/log.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::learn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ClipLoaderTest : public ::testing::Test {
 protected:
  // One of seven short clips of different lengths.
  static std::filesystem::path clip(int i) {
    return test::make_media(
        std::format("loaded-{}.mp4", i),
        std::format("-f lavfi -i testsrc2=size=160x120:rate=20:duration={},hue=h={} -c:v libx264 -g 12 -bf 2 "
                    "-pix_fmt yuv420p",
                    1.5 + 0.3 * i, 50 * i));
  }

  static ClipSet clips() {
    std::vector<ClipItem> items;
    for (int i = 0; i < 7; ++i) {
      const std::string name = std::format("c{}.mp4", i);
      items.push_back(
          {.path = clip(i), .name = name, .label = i % 2, .group = name, .origin = std::format("clips.csv:{}", i + 2)});
    }
    return ClipSet(std::move(items));
  }

  static ClipLoaderOptions options(int workers) {
    ClipLoaderOptions options;
    options.input.window = core::MediaDuration::from_seconds(1);
    options.input.frames = 4;
    options.input.short_side_min_px = 60;
    options.input.short_side_max_px = 70;
    options.input.crop_px = 48;
    options.order = ClipOrder::kShuffled;
    options.augment = true;
    options.batch_size = 3;
    options.workers = workers;
    return options;
  }

  static std::vector<Batch> epoch(ClipLoader& loader, std::int64_t number, std::int64_t first_batch = 0) {
    std::vector<Batch> out;
    loader.start_epoch(number, first_batch);
    for (;;) {
      auto batch = loader.next();
      EXPECT_TRUE(batch) << batch.error().message;
      if (!batch || !*batch) return out;
      out.push_back(std::move(**batch));
    }
  }

  static void expect_equal(const std::vector<Batch>& a, const std::vector<Batch>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].samples, b[i].samples);
      EXPECT_TRUE(a[i].labels.equal(b[i].labels));
      EXPECT_TRUE(a[i].inputs.equal(b[i].inputs)) << "batch " << i;
    }
  }
};

TEST_F(ClipLoaderTest, one_worker_gives_what_four_give) {
  const auto one = *ClipLoader::create(clips(), options(1));
  const auto four = *ClipLoader::create(clips(), options(4));
  EXPECT_EQ(one->batches_per_epoch(), 3);
  const auto first = epoch(*one, 0);
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(first[0].inputs.sizes(), torch::IntArrayRef({3, 3, 4, 48, 48}));
  expect_equal(first, epoch(*four, 0));
  expect_equal(epoch(*one, 1), epoch(*four, 1));
}

TEST_F(ClipLoaderTest, an_epoch_depends_on_its_number_alone) {
  const auto loader = *ClipLoader::create(clips(), options(2));
  const auto third = epoch(*loader, 3);
  const auto fourth = epoch(*loader, 4);
  expect_equal(third, epoch(*loader, 3));
  EXPECT_FALSE(third[0].inputs.equal(fourth[0].inputs));
  auto other_seed = options(2);
  other_seed.seed = 99;
  EXPECT_FALSE(third[0].inputs.equal(epoch(**ClipLoader::create(clips(), other_seed), 3)[0].inputs));
}

TEST_F(ClipLoaderTest, resumed_in_the_middle_goes_on_as_if_never_left) {
  const auto loader = *ClipLoader::create(clips(), options(2));
  auto whole = epoch(*loader, 2);
  whole.erase(whole.begin(), whole.begin() + 2);
  const auto fresh = *ClipLoader::create(clips(), options(3));
  expect_equal(whole, epoch(*fresh, 2, 2));
  EXPECT_TRUE(epoch(*fresh, 2, 3).empty());
}

TEST_F(ClipLoaderTest, shows_every_clip_once_with_its_label) {
  const auto loader = *ClipLoader::create(clips(), options(2));
  std::vector<std::int64_t> seen;
  for (const Batch& batch : epoch(*loader, 5)) {
    for (std::size_t row = 0; row < batch.samples.size(); ++row) {
      seen.push_back(batch.samples[row]);
      EXPECT_EQ(batch.labels[static_cast<std::int64_t>(row)].item<float>(), static_cast<float>(batch.samples[row] % 2));
    }
  }
  EXPECT_THAT(seen, ::testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6));
}

TEST_F(ClipLoaderTest, measuring_shows_windows_in_order_and_alike_each_epoch) {
  auto measuring = options(2);
  measuring.order = ClipOrder::kAsListed;
  measuring.augment = false;
  measuring.windows = 2;
  const auto loader = *ClipLoader::create(clips(), measuring);
  EXPECT_EQ(loader->batches_per_epoch(), 5);
  const auto first = epoch(*loader, 0);
  EXPECT_THAT(first[0].samples, ElementsAre(0, 0, 1));
  EXPECT_FALSE(first[0].inputs[0].equal(first[0].inputs[1])) << "two windows of one clip";
  expect_equal(first, epoch(*loader, 7));
}

TEST_F(ClipLoaderTest, a_fixed_shuffle_is_the_same_each_epoch_and_no_listing) {
  auto fixed = options(2);
  fixed.order = ClipOrder::kShuffledOnce;
  fixed.augment = false;
  const auto loader = *ClipLoader::create(clips(), fixed);
  const auto first = epoch(*loader, 0);
  expect_equal(first, epoch(*loader, 1));
  EXPECT_THAT(first[0].samples, ::testing::Not(ElementsAre(0, 1, 2)));
}

TEST_F(ClipLoaderTest, a_broken_file_is_named_with_its_line) {
  const test::TempDir dir;
  std::ofstream(dir / "broken.mp4") << "this is no video";
  const ClipSet with_broken = concatenate(
      clips(),
      ClipSet({{.path = dir / "broken.mp4", .name = "broken.mp4", .label = 0, .group = "b", .origin = "clips.csv:9"}}));
  auto strict = options(2);
  strict.order = ClipOrder::kAsListed;
  const auto loader = *ClipLoader::create(with_broken, strict);
  loader->start_epoch(0);
  ASSERT_TRUE(loader->next());
  ASSERT_TRUE(loader->next());
  const auto third = loader->next();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, core::ErrorCode::kUnreadable);
  EXPECT_THAT(third.error().message, HasSubstr("clips.csv:9"));
  EXPECT_THAT(third.error().message, HasSubstr("broken.mp4"));

  const auto previous = core::set_log_sink([](core::LogLevel, std::string_view) {});
  auto lenient = strict;
  lenient.skip_broken = true;
  const auto skipping = *ClipLoader::create(with_broken, lenient);
  const auto batches = epoch(*skipping, 0);
  core::set_log_sink(previous);
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_THAT(batches[2].samples, ElementsAre(6));
  EXPECT_EQ(skipping->skipped_rows(), 1);
}

TEST_F(ClipLoaderTest, refuses_no_clips_and_sizes_of_zero) {
  EXPECT_FALSE(ClipLoader::create(ClipSet(), options(1)));
  auto wrong = options(1);
  wrong.batch_size = 0;
  EXPECT_FALSE(ClipLoader::create(clips(), wrong));
}

}  // namespace
}  // namespace vigil::learn
