#include "behavior/score_smoother.h"

#include <algorithm>
#include <iterator>

#include <gtest/gtest.h>

namespace vigil::behavior {
namespace {

using core::MediaDuration;
using core::MediaTime;
using core::ScoredWindow;

ScoredWindow window_at(double begin, double score) {
  return {.begin = MediaTime::from_seconds(begin), .end = MediaTime::from_seconds(begin + 2), .score = score};
}

std::vector<double> smooth(double span, const std::vector<ScoredWindow>& windows) {
  ScoreSmoother smoother(MediaDuration::from_seconds(span));
  std::vector<ScoredWindow> out;
  for (const ScoredWindow& window : windows) std::ranges::copy(smoother.push(window), std::back_inserter(out));
  std::ranges::copy(smoother.finish(), std::back_inserter(out));
  std::vector<double> scores;
  EXPECT_EQ(out.size(), windows.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_EQ(out[i].begin, windows[i].begin);
    scores.push_back(out[i].score);
  }
  return scores;
}

TEST(ScoreSmoother, takes_the_mean_of_neighbours_and_fewer_at_the_ends) {
  const auto scores = smooth(2, {window_at(0, 0.3), window_at(1, 0.6), window_at(2, 0.9), window_at(3, 0.0)});
  ASSERT_EQ(scores.size(), 4U);
  EXPECT_NEAR(scores[0], 0.45, 1e-12);
  EXPECT_NEAR(scores[1], 0.6, 1e-12);
  EXPECT_NEAR(scores[2], 0.5, 1e-12);
  EXPECT_NEAR(scores[3], 0.45, 1e-12);
}

TEST(ScoreSmoother, does_not_reach_across_a_gap) {
  const auto scores = smooth(2, {window_at(0, 0.2), window_at(60, 0.8), window_at(61, 0.6)});
  EXPECT_NEAR(scores[0], 0.2, 1e-12);
  EXPECT_NEAR(scores[1], 0.7, 1e-12);
}

TEST(ScoreSmoother, without_span_changes_nothing_and_does_not_wait) {
  ScoreSmoother smoother(MediaDuration{});
  for (int i = 0; i < 3; ++i) {
    const auto out = smoother.push(window_at(i, 0.1 * i));
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].score, 0.1 * i);
  }
  EXPECT_TRUE(smoother.finish().empty());
}

TEST(ScoreSmoother, gives_a_window_as_soon_as_its_neighbours_are_known) {
  ScoreSmoother smoother(MediaDuration::from_seconds(2));
  EXPECT_TRUE(smoother.push(window_at(0, 0.1)).empty());
  EXPECT_EQ(smoother.push(window_at(1, 0.2)).size(), 1U) << "none that comes later can be a second away";
  EXPECT_TRUE(smoother.push(window_at(1.9, 0.3)).empty()) << "one at 2 s may still come";
  EXPECT_EQ(smoother.push(window_at(2.5, 0.4)).size(), 1U);
}

}  // namespace
}  // namespace vigil::behavior
