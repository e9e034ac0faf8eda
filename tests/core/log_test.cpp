#include "core/log.h"

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace vigil::core {
namespace {

// Collects the lines of one test and puts the former sink and level back at its end.
class Log : public testing::Test {
 protected:
  Log() : former_(set_log_sink([this](LogLevel level, std::string_view line) { lines_.emplace_back(level, line); })) {}
  ~Log() override {
    set_log_sink(std::move(former_));
    set_log_level(LogLevel::kInfo);
  }

  std::vector<std::pair<LogLevel, std::string>> lines_;

 private:
  LogSink former_;
};

using Line = std::pair<LogLevel, std::string>;

TEST_F(Log, lines_reach_the_sink_formatted_and_with_their_level) {
  log_info("{} frames", 12);
  log_warning("{}: {} corrupt packets skipped", "gate", 3);
  log_error("no such file: {}", "a.mp4");
  EXPECT_EQ(lines_, (std::vector<Line>{{LogLevel::kInfo, "12 frames"},
                                       {LogLevel::kWarning, "gate: 3 corrupt packets skipped"},
                                       {LogLevel::kError, "no such file: a.mp4"}}));
}

TEST_F(Log, lines_below_the_level_are_dropped) {
  log_debug("hidden by default");
  set_log_level(LogLevel::kError);
  log_warning("hidden");
  log_error("shown");
  set_log_level(LogLevel::kDebug);
  log_debug("shown too");
  EXPECT_EQ(lines_, (std::vector<Line>{{LogLevel::kError, "shown"}, {LogLevel::kDebug, "shown too"}}));
}

TEST_F(Log, lines_of_many_threads_arrive_one_at_a_time) {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([t] {
        for (int i = 0; i < kEach; ++i) log_info("thread {} line {}", t, i);
      });
    }
  }
  EXPECT_EQ(lines_.size(), static_cast<std::size_t>(kThreads * kEach));
}

TEST(LogToStandardError, has_a_prefix_and_ends_the_line) {
  testing::internal::CaptureStderr();
  log_warning("disk {} is full", "/data");
  log_info("plain");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "warning: disk /data is full\nplain\n");
}

TEST(RedactUrl, hides_user_password_and_query) {
  EXPECT_EQ(redact_url("rtsp://user:secret@host/x?token=1"), "rtsp://***@host/x?***");
  EXPECT_EQ(redact_url("rtsp://user@host:554/x"), "rtsp://***@host:554/x");
  EXPECT_EQ(redact_url("http://host?key=secret"), "http://host?***");
}

TEST(RedactUrl, hides_a_password_with_an_at_sign_in_it) {
  EXPECT_EQ(redact_url("rtsp://user:p@ss@host/x"), "rtsp://***@host/x");
}

TEST(RedactUrl, an_at_sign_after_the_host_is_no_user) {
  EXPECT_EQ(redact_url("http://host/@name/x"), "http://host/@name/x");
  EXPECT_EQ(redact_url("http://host/x?mail=a@b"), "http://host/x?***");
}

TEST(RedactUrl, leaves_paths_and_plain_urls_alone) {
  EXPECT_EQ(redact_url("/videos/a@b?c.mp4"), "/videos/a@b?c.mp4");
  EXPECT_EQ(redact_url("https://host/a.mp4"), "https://host/a.mp4");
  EXPECT_EQ(redact_url("rtsp://"), "rtsp://");
  EXPECT_EQ(redact_url(""), "");
}

}  // namespace
}  // namespace vigil::core
