#include "behavior/onset.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace vigil::behavior {
namespace {

using core::MediaDuration;
using core::MediaTime;

constexpr auto kWindow = MediaDuration::from_us(2'000'000);

// A classifier whose score is the share of the window that lies after `start`.
DenseScorer violent_from(double start, std::vector<MediaTime>* asked = nullptr) {
  return [=](const std::vector<MediaTime>& begins) -> core::Result<std::vector<double>> {
    std::vector<double> scores;
    for (const MediaTime begin : begins) {
      if (asked) asked->push_back(begin);
      scores.push_back(std::clamp((begin + kWindow).seconds() - start, 0.0, kWindow.seconds()) / kWindow.seconds());
    }
    return scores;
  };
}

OnsetSearch search_at(double first, std::optional<double> previous, double step = 0.125) {
  const auto begin = MediaTime::from_seconds(first);
  OnsetSearch search{.first = {.begin = begin, .end = begin + kWindow, .score = 0.9},
                     .not_before = std::nullopt,
                     .step = MediaDuration::from_seconds(step),
                     .threshold = 0.5};
  if (previous) search.not_before = MediaTime::from_seconds(*previous);
  return search;
}

TEST(Onset, window_is_half_violent_within_one_step_wherever_violence_starts) {
  for (double start = 10.0; start < 11.0; start += 0.07) {
    // Windows every second: the first whose later half is violent opens the event.
    const double first = std::ceil(start) - 1;
    const auto onset = find_onset(search_at(first, first - 1), violent_from(start));
    ASSERT_TRUE(onset);
    EXPECT_GE(onset->seconds() + 1, start - 1e-6);
    EXPECT_LE(onset->seconds() + 1, start + 0.125);
  }
}

TEST(Onset, of_an_event_running_from_the_first_frame_lies_half_a_window_before_zero) {
  const auto onset = find_onset(search_at(0, std::nullopt), violent_from(0));
  ASSERT_TRUE(onset);
  EXPECT_EQ(onset->seconds(), -1);
}

TEST(Onset, asks_only_for_windows_between_the_two_coarse_ones) {
  std::vector<MediaTime> asked;
  ASSERT_TRUE(find_onset(search_at(5, 4, 0.25), violent_from(5.9, &asked)));
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_EQ(asked.front().seconds(), 4.25);
  EXPECT_EQ(asked.back().seconds(), 4.75);
}

TEST(Onset, falls_back_to_the_first_window) {
  const auto onset = find_onset(search_at(5, 4), violent_from(100));
  ASSERT_TRUE(onset);
  EXPECT_EQ(onset->seconds(), 5);
}

TEST(Onset, searches_a_long_range_in_a_bounded_number_of_windows) {
  std::vector<MediaTime> asked;
  ASSERT_TRUE(find_onset(search_at(3600, 0, 0.01), violent_from(3000, &asked)));
  EXPECT_LE(asked.size(), 256U);
}

TEST(Onset, passes_on_the_scorers_error) {
  const auto onset = find_onset(search_at(5, 4), [](const std::vector<MediaTime>&) -> core::Result<std::vector<double>> {
    return core::fail(core::ErrorCode::kInternal, "classifier failed");
  });
  ASSERT_FALSE(onset);
  EXPECT_EQ(onset.error().message, "classifier failed");
}

}  // namespace
}  // namespace vigil::behavior
