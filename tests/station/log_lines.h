// LogLines: what is logged while the object lives; nothing of it is printed.
//
//   test::LogLines log;
//   EXPECT_TRUE(eventually([&] { return log.contain("not stored yet"); }));
#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/log.h"

namespace vigil::test {

class LogLines {
 public:
  LogLines()
      : before_(core::set_log_sink([this](core::LogLevel, std::string_view line) {
          const std::scoped_lock lock(mutex_);
          lines_.emplace_back(line);
        })) {}
  ~LogLines() { core::set_log_sink(std::move(before_)); }
  LogLines(const LogLines&) = delete;
  LogLines& operator=(const LogLines&) = delete;

  bool contain(std::string_view text) const {
    const std::scoped_lock lock(mutex_);
    return std::ranges::any_of(lines_, [&](const std::string& line) { return line.contains(text); });
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  core::LogSink before_;
};

}  // namespace vigil::test
