// Log: one line per thing an operator should know, to standard error unless a sink is set.
//
//   log_warning("{}: {} corrupt packets skipped", name, count);
//
// Callable from any thread; lines never interleave. Secrets are never passed in: URLs go through redact_url() first.
#pragma once

#include <format>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace vigil::core {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Receives each line at or above the level; called under a lock, one line at a time, so it must not log.
using LogSink = std::function<void(LogLevel, std::string_view)>;

// Replaces the sink (an empty one restores standard error) and returns the previous one.
LogSink set_log_sink(LogSink sink);

// Lines below `level` are dropped. Default kInfo.
void set_log_level(LogLevel level);

void log_line(LogLevel level, std::string_view line);

template <typename... Args>
void log_debug(std::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kDebug, std::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_info(std::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kInfo, std::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_warning(std::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kWarning, std::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_error(std::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kError, std::format(format, std::forward<Args>(args)...));
}

// "rtsp://user:secret@host/x?token=1" → "rtsp://***@host/x?***". Paths without a scheme come back as they are.
std::string redact_url(std::string_view url);

}  // namespace vigil::core
