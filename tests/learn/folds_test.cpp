#include "learn/folds.h"

#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learn/clip_dataset.h"
#include "support/shared_data.h"

namespace vigil::learn {
namespace {

// Groups of uneven sizes; most hold one class only, some both.
ClipSet uneven_clips() {
  std::vector<ClipItem> items;
  for (int group = 0; group < 24; ++group) {
    const int clips = 1 + (group * 7) % 9;
    for (int i = 0; i < clips; ++i) {
      const int label = group % 3 == 0 ? i % 2 : group % 2;
      const std::string name = std::to_string(group) + "-" + std::to_string(i);
      items.push_back({.path = name, .name = name, .label = label, .group = std::to_string(group), .origin = {}});
    }
  }
  return ClipSet(std::move(items));
}

std::set<std::string> groups_at(const ClipSet& clips, const std::vector<std::size_t>& indices) {
  std::set<std::string> groups;
  for (const std::size_t index : indices) groups.insert(clips.get(index).group);
  return groups;
}

void expect_no_group_is_split(const ClipSet& clips, const std::vector<Fold>& folds) {
  for (const Fold& fold : folds) {
    const auto train = groups_at(clips, fold.train);
    for (const std::string& group : groups_at(clips, fold.test)) EXPECT_FALSE(train.contains(group)) << group;
  }
}

void expect_each_clip_is_measured_once(const ClipSet& clips, const std::vector<Fold>& folds) {
  std::map<std::size_t, int> measured;
  for (const Fold& fold : folds) {
    EXPECT_FALSE(fold.test.empty());
    EXPECT_EQ(fold.train.size() + fold.test.size(), clips.size());
    for (const std::size_t index : fold.test) ++measured[index];
  }
  EXPECT_EQ(measured.size(), clips.size());
  for (const auto& [index, times] : measured) EXPECT_EQ(times, 1) << index;
}

TEST(Folds, no_group_is_ever_split) {
  const ClipSet clips = uneven_clips();
  for (int count = 2; count <= 8; ++count) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto folds = make_folds(clips, {.count = count, .seed = seed});
      ASSERT_TRUE(folds) << folds.error().message;
      ASSERT_EQ(folds->size(), static_cast<std::size_t>(count));
      expect_no_group_is_split(clips, *folds);
      expect_each_clip_is_measured_once(clips, *folds);
    }
  }
}

TEST(Folds, keep_the_balance_of_classes) {
  const ClipSet clips = uneven_clips();
  const double share = static_cast<double>(clips.count_of(1)) / static_cast<double>(clips.size());
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<Fold> folds = *make_folds(clips, {.count = 4, .seed = seed});
    for (const Fold& fold : folds) {
      const ClipSet test = clips.subset(fold.test);
      EXPECT_NEAR(static_cast<double>(test.count_of(1)) / static_cast<double>(test.size()), share, 0.15);
      EXPECT_NEAR(static_cast<double>(test.size()), static_cast<double>(clips.size()) / 4, 9.0) << "at most one group off";
    }
  }
}

TEST(Folds, depend_on_the_seed_and_on_nothing_else) {
  const ClipSet clips = uneven_clips();
  const auto tests_of = [&](std::uint64_t seed) {
    std::vector<std::vector<std::size_t>> tests;
    const std::vector<Fold> folds = *make_folds(clips, {.count = 5, .seed = seed});
    for (const Fold& fold : folds) tests.push_back(fold.test);
    return tests;
  };
  EXPECT_EQ(tests_of(3), tests_of(3));
  EXPECT_NE(tests_of(3), tests_of(4));
}

TEST(Folds, random_ones_split_groups_and_stay_stratified) {
  const ClipSet clips = uneven_clips();
  const auto folds = make_folds(clips, {.count = 5, .seed = 1, .ignore_groups = true});
  ASSERT_TRUE(folds);
  expect_each_clip_is_measured_once(clips, *folds);
  for (const Fold& fold : *folds) {
    EXPECT_NEAR(static_cast<double>(clips.subset(fold.test).count_of(1)), static_cast<double>(clips.count_of(1)) / 5, 1.0);
  }
  const auto train = groups_at(clips, folds->front().train);
  const auto test = groups_at(clips, folds->front().test);
  EXPECT_TRUE(std::ranges::any_of(test, [&](const std::string& group) { return train.contains(group); }));
}

TEST(Folds, refuse_counts_that_cannot_be) {
  const ClipSet clips = uneven_clips();
  for (const int count : {-1, 0, 1, 25}) {
    const auto folds = make_folds(clips, {.count = count});
    ASSERT_FALSE(folds) << count;
    EXPECT_THAT(folds.error().message, ::testing::HasSubstr("24"));
  }
}

TEST(Folds, of_the_surveillance_fights_are_balanced) {
  VIGIL_REQUIRE_SHARED(fights, "data/surveillance-fights");
  const ClipSet clips = open_dataset(fights)->all;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const std::vector<Fold> folds = *make_folds(clips, {.count = 5, .seed = seed});
    expect_no_group_is_split(clips, folds);
    expect_each_clip_is_measured_once(clips, folds);
    for (const Fold& fold : folds) {
      const ClipSet test = clips.subset(fold.test);
      EXPECT_GE(test.count_of(0), 12U);
      EXPECT_GE(test.count_of(1), 12U);
    }
  }
}

}  // namespace
}  // namespace vigil::learn
