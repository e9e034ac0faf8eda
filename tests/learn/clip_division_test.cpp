#include "learn/clip_division.h"

#include <format>
#include <set>

#include <gtest/gtest.h>

namespace vigil::learn {
namespace {

// 40 groups of 3 clips; the class changes from group to group.
ClipSet grouped_clips() {
  std::vector<ClipItem> items;
  for (int i = 0; i < 120; ++i) {
    const std::string name = std::format("{:03}", i);
    items.push_back({.path = name, .name = name, .label = i / 3 % 2, .group = std::format("g{}", i / 3), .origin = {}});
  }
  return ClipSet(std::move(items));
}

std::set<std::string> groups(const ClipSet& clips) {
  std::set<std::string> out;
  for (std::size_t i = 0; i < clips.size(); ++i) out.insert(clips.get(i).group);
  return out;
}

void expect_apart(const ClipSet& a, const ClipSet& b) {
  const auto other = groups(b);
  for (const std::string& group : groups(a)) EXPECT_FALSE(other.contains(group)) << group;
}

TEST(ClipDivision, a_fold_keeps_training_validation_and_test_apart) {
  const ClipDataset dataset{.root = "d", .all = grouped_clips(), .split = std::nullopt};
  std::size_t measured = 0;
  for (int fold = 0; fold < 5; ++fold) {
    const auto clips = divide_clips(dataset, Recipe{}, FoldChoice{.index = fold, .count = 5, .seed = 4});
    ASSERT_TRUE(clips) << clips.error().message;
    EXPECT_EQ(clips->train.size() + clips->validation.size() + clips->test.size(), 120U);
    EXPECT_NEAR(static_cast<double>(clips->validation.size()), 0.2 * 96, 6);
    expect_apart(clips->train, clips->test);
    expect_apart(clips->train, clips->validation);
    expect_apart(clips->validation, clips->test);
    measured += clips->test.size();
  }
  EXPECT_EQ(measured, 120U);
}

TEST(ClipDivision, validation_can_be_switched_off) {
  const ClipDataset dataset{.root = "d", .all = grouped_clips(), .split = std::nullopt};
  Recipe recipe;
  recipe.data.validation_fraction = 0;
  const auto clips = divide_clips(dataset, recipe, std::nullopt);
  ASSERT_TRUE(clips);
  EXPECT_EQ(clips->train.size(), 120U);
  EXPECT_TRUE(clips->validation.empty());
  EXPECT_TRUE(clips->test.empty());
}

TEST(ClipDivision, the_folders_own_split_is_kept) {
  const ClipSet all = grouped_clips();
  const auto part = [&](std::size_t begin, std::size_t end) {
    std::vector<std::size_t> indices;
    for (std::size_t i = begin; i < end; ++i) indices.push_back(i);
    return all.subset(indices);
  };
  ClipDataset dataset{.root = "d",
                      .all = all,
                      .split = DatasetSplit{.train = part(0, 90), .validation = part(90, 105), .test = part(105, 120)}};
  const auto clips = divide_clips(dataset, Recipe{}, std::nullopt);
  ASSERT_TRUE(clips);
  EXPECT_EQ(clips->train.size(), 90U);
  EXPECT_EQ(clips->validation.size(), 15U);
  EXPECT_EQ(clips->test.size(), 15U);
  dataset.split->train = {};
  EXPECT_FALSE(divide_clips(dataset, Recipe{}, std::nullopt)) << "nothing to train on";
}

TEST(ClipDivision, folds_that_cannot_be_are_refused) {
  const ClipDataset dataset{.root = "d", .all = grouped_clips(), .split = std::nullopt};
  EXPECT_FALSE(divide_clips(dataset, Recipe{}, FoldChoice{.index = 5, .count = 5}));
  EXPECT_FALSE(divide_clips(dataset, Recipe{}, FoldChoice{.index = -1, .count = 5}));
  EXPECT_FALSE(divide_clips(dataset, Recipe{}, FoldChoice{.index = 0, .count = 41}));
}

}  // namespace
}  // namespace vigil::learn
