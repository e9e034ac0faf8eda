// An hour of a camera that shows violence every minute and is pulled from the wall now and then: memory stays where it was.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/memory.h"
#include "pipeline/bright_scorer.h"
#include "pipeline/walking_finder.h"
#include "pipeline/watch.h"
#include "support/rtsp_server.h"
#include "support/temp_dir.h"

namespace vigil::pipeline {
namespace {

using Clock = std::chrono::steady_clock;

double resident_megabytes() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  statm >> pages >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

// VIGIL_SOAK_SECONDS: how long; at least 120.
double soak_seconds() {
  const char* given = std::getenv("VIGIL_SOAK_SECONDS");
  return given ? std::max(std::atof(given), 120.0) : 3600;
}

TEST(WatchSoak, memory_does_not_grow_in_an_hour) {
  constexpr double kAllowedGrowth = 0.01;
  constexpr int kOutages = 5;
  core::keep_freed_memory();
  const double length = soak_seconds();
  const double warm_up = length / 3;
  test::RtspServer camera(
      test::bright_video({.seconds = 720, .white = "between(mod(t,60),20,24)", .rate = "10", .name = "soak.mp4"}));
  const test::TempDir dir;
  test::BrightScorer scorer;
  test::WalkingFinder finder;
  std::stop_source stop;
  std::atomic<int> ended = 0;
  std::atomic<int> connected = 0;
  WatchRequest asked{.url = camera.url(), .people = &finder, .out = dir / "out", .options = {}, .stop = stop.get_token()};
  asked.options.analysis.detector.threshold_on = 0.5;
  asked.options.analysis.detector.threshold_off = 0.3;
  asked.options.keep = core::MediaDuration::from_seconds(20);
  core::Result<WatchSummary> summary = core::fail(core::ErrorCode::kInternal, "not over");
  std::jthread watch([&] {
    summary = watch_stream(
        scorer, asked,
        {.on_event =
             [&](const WatchedEvent& event) {
               ended += event.state == core::EventState::kEnded ? 1 : 0;
               return core::Status();
             },
         .on_stream =
             [&](const media::StreamChange& change) { connected += change.state == media::StreamState::kConnected ? 1 : 0; },
         .on_status = {}});
  });
  double before = 0;  // highest in the last half of warming up
  double after = 0;   // highest afterwards
  int outages = 0;
  const auto began = Clock::now();
  for (double passed = 0; passed < length; passed = std::chrono::duration<double>(Clock::now() - began).count()) {
    if (passed > length * (outages + 1) / (kOutages + 1)) {
      camera.kill();
      std::this_thread::sleep_for(std::chrono::seconds(5));
      camera.start();
      ++outages;
    }
    const double now = resident_megabytes();
    if (passed > warm_up / 2 && passed < warm_up) before = std::max(before, now);
    if (passed >= warm_up) after = std::max(after, now);
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  stop.request_stop();
  watch.join();
  ASSERT_TRUE(summary) << summary.error().message;
  std::cout << "resident MB: " << before << " while warming up, " << after << " afterwards; " << ended << " events, "
            << summary->frames << " frames, " << summary->dropped << " dropped\n";
  EXPECT_EQ(connected, kOutages + 1);
  EXPECT_GE(ended, static_cast<int>(length / 60) - kOutages);
  EXPECT_LE(after, before * (1 + kAllowedGrowth));
}

}  // namespace
}  // namespace vigil::pipeline
