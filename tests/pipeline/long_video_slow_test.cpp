#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

#include "pipeline/analysis.h"
#include "pipeline/bright_scorer.h"
#include "support/temp_dir.h"

namespace vigil::pipeline {
namespace {

double resident_megabytes() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  statm >> pages >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

TEST(LongVideo, two_hours_are_analysed_in_flat_memory) {
  constexpr double kSeconds = 7200;
  constexpr double kAllowedGrowthMb = 24;
  // An event every ten minutes.
  const auto video = test::bright_video(
      {.seconds = kSeconds, .white = "between(mod(t,600),300,304)", .rate = "10", .name = "two-hours.mp4"});
  const test::TempDir dir;
  test::BrightScorer scorer;
  AnalysisOptions options;
  options.detector = {.threshold_on = 0.5, .threshold_off = 0.3};
  double at_tenth = 0;
  double highest_after = 0;
  const auto record = analyze_video(scorer, {.input = video.string(),
                                             .out = dir / "out",
                                             .options = options,
                                             .stop = {},
                                             .progress = [&](const core::Progress& progress) {
                                               if (progress.done < kSeconds / 10) return;
                                               const double now = resident_megabytes();
                                               if (at_tenth == 0) at_tenth = now;
                                               highest_after = std::max(highest_after, now);
                                             }});
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_TRUE(record->complete);
  EXPECT_EQ(record->events.size(), 12U);
  EXPECT_EQ(record->windows, 14397U);
  ASSERT_GT(at_tenth, 0);
  EXPECT_LT(highest_after - at_tenth, kAllowedGrowthMb);
  RecordProperty("resident_mb_at_a_tenth", std::to_string(at_tenth));
  RecordProperty("resident_mb_highest", std::to_string(highest_after));
}

}  // namespace
}  // namespace vigil::pipeline
