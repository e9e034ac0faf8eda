#include "behavior/score_envelope.h"

#include <gtest/gtest.h>

namespace vigil::behavior {
namespace {

using core::MediaTime;
using core::ScoredWindow;

TEST(ScoreEnvelope, holds_every_window_while_there_is_room) {
  ScoreEnvelope envelope(4);
  for (int i = 0; i < 4; ++i)
    envelope.push({.begin = MediaTime::from_seconds(i), .end = MediaTime::from_seconds(i + 2), .score = 0.1 * i});
  ASSERT_EQ(envelope.points().size(), 4U);
  EXPECT_EQ(envelope.points()[2].highest.score, 0.2);
  EXPECT_EQ(envelope.points()[2].low, 0.2);
}

TEST(ScoreEnvelope, stays_within_its_points_and_loses_no_peak_and_no_dip) {
  ScoreEnvelope envelope(100);
  constexpr int kWindows = 12'345;
  for (int i = 0; i < kWindows; ++i) {
    const double score = i == 7777 ? 1.0 : i == 3333 ? 0.0 : 0.5;
    envelope.push({.begin = MediaTime::from_seconds(i), .end = MediaTime::from_seconds(i + 1), .score = score});
  }
  const auto& points = envelope.points();
  EXPECT_LE(points.size(), 100U);
  EXPECT_GT(points.size(), 49U);
  std::uint64_t windows = 0;
  double low = 1;
  ScoredWindow highest;
  for (std::size_t i = 0; i < points.size(); ++i) {
    windows += points[i].windows;
    low = std::min(low, points[i].low);
    if (points[i].highest.score > highest.score) highest = points[i].highest;
    EXPECT_EQ(points[i].begin, i == 0 ? MediaTime() : points[i - 1].end);
  }
  EXPECT_EQ(windows, static_cast<std::uint64_t>(kWindows));
  EXPECT_EQ(low, 0.0);
  EXPECT_EQ(highest.score, 1.0);
  EXPECT_EQ(highest.begin, MediaTime::from_seconds(7777));
  EXPECT_EQ(points.back().end, MediaTime::from_seconds(kWindows));
}

}  // namespace
}  // namespace vigil::behavior
