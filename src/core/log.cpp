#include "core/log.h"

#include <atomic>
#include <cstdio>
#include <mutex>

namespace vigil::core {
namespace {

std::mutex sink_mutex;
LogSink sink_;  // empty: standard error
std::atomic<LogLevel> threshold = LogLevel::kInfo;

const char* prefix(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug: ";
    case LogLevel::kInfo: return "";
    case LogLevel::kWarning: return "warning: ";
    case LogLevel::kError: return "error: ";
  }
  return "";
}

}  // namespace

LogSink set_log_sink(LogSink sink) {
  const std::scoped_lock lock(sink_mutex);
  return std::exchange(sink_, std::move(sink));
}

void set_log_level(LogLevel level) { threshold = level; }

void log_line(LogLevel level, std::string_view line) {
  if (level < threshold.load(std::memory_order_relaxed)) return;
  const std::scoped_lock lock(sink_mutex);
  if (sink_) {
    sink_(level, line);
  } else {
    std::fprintf(stderr, "%s%.*s\n", prefix(level), static_cast<int>(line.size()), line.data());
  }
}

std::string redact_url(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const auto host_begin = scheme + 3;
  const auto host_end = std::min(url.find_first_of("/?#", host_begin), url.size());
  const auto at = url.substr(0, host_end).rfind('@');
  const auto query = url.find('?', host_end);
  const bool has_user = at != std::string_view::npos && at >= host_begin;

  std::string out(url.substr(0, host_begin));
  if (has_user) out += "***@";
  const auto rest = has_user ? at + 1 : host_begin;
  out += url.substr(rest, query == std::string_view::npos ? query : query - rest);
  if (query != std::string_view::npos) out += "?***";
  return out;
}

}  // namespace vigil::core
