#include "cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <format>
#include <mutex>
#include <utility>

#include <sys/ioctl.h>

#include "core/log.h"

namespace vigil::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kRedrawInterval = std::chrono::milliseconds(100);
constexpr auto kPlainInterval = std::chrono::seconds(10);
constexpr int kBarCells = 24;
constexpr std::string_view kClearLine = "\r\x1b[K";

double fraction_of(const core::Progress& progress) {
  return progress.total > 0 ? std::clamp(progress.done / progress.total, 0.0, 1.0) : 0.0;
}

// Whole things are counted, times and sizes have a decimal.
std::string amount(double value, std::string_view unit) {
  return unit == "s" ? std::format("{:.1f}", value) : std::format("{:.0f}", value);
}

int terminal_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void write_out(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

std::string progress_bar_line(const std::string& title, const core::Progress& progress, int columns) {
  std::string line = title;
  if (progress.total > 0) {
    const int filled = static_cast<int>(fraction_of(progress) * kBarCells);
    line += std::format("  [{}{}] {:3.0f} %  {}/{} {}", std::string(filled, '#'), std::string(kBarCells - filled, '-'),
                        fraction_of(progress) * 100, amount(progress.done, progress.unit),
                        amount(progress.total, progress.unit), progress.unit);
  } else {
    line += std::format("  {} {}", amount(progress.done, progress.unit), progress.unit);
  }
  if (!progress.note.empty()) line += "  " + progress.note;
  return line.substr(0, static_cast<std::size_t>(std::max(columns, 1)));
}

std::string progress_plain_line(const std::string& title, const core::Progress& progress) {
  std::string line = title + ": ";
  if (progress.total > 0) {
    line += std::format("{:.0f} %, {} of {} {}", fraction_of(progress) * 100, amount(progress.done, progress.unit),
                        amount(progress.total, progress.unit), progress.unit);
  } else {
    line += std::format("{} {}", amount(progress.done, progress.unit), progress.unit);
  }
  if (!progress.note.empty()) line += ", " + progress.note;
  return line;
}

struct ProgressBar::Impl {
  explicit Impl(ProgressBarOptions options) : options_(std::move(options)), terminal_(isatty(STDERR_FILENO) == 1) {}

  void update(const core::Progress& progress) {
    const std::scoped_lock lock(mutex_);
    const auto now = Clock::now();
    const bool finished = progress.total > 0 && progress.done >= progress.total;
    if (terminal_) {
      if (!finished && now - last_shown_ < kRedrawInterval) return;
      line_ = progress_bar_line(options_.title, progress, terminal_columns() - 1);
      write_out(std::format("{}{}", kClearLine, line_));
    } else {
      const int tenth = static_cast<int>(fraction_of(progress) * 10);
      const bool due = progress.total > 0 ? tenth > last_tenth_ : now - last_shown_ >= kPlainInterval;
      if (!due) return;
      last_tenth_ = tenth;
      write_out(progress_plain_line(options_.title, progress) + "\n");
    }
    last_shown_ = now;
  }

  void log(core::LogLevel level, std::string_view text) {
    const std::scoped_lock lock(mutex_);
    const bool bar_shown = terminal_ && !line_.empty();
    const std::string_view prefix = level == core::LogLevel::kWarning ? "warning: "
                                    : level == core::LogLevel::kError ? "error: "
                                                                      : "";
    write_out(std::format("{}{}{}\n{}", bar_shown ? kClearLine : "", prefix, text, bar_shown ? line_ : ""));
  }

  void end() {
    const std::scoped_lock lock(mutex_);
    if (terminal_ && !line_.empty()) write_out("\n");
    line_.clear();
  }

  const ProgressBarOptions options_;
  const bool terminal_;
  bool owns_log_ = false;
  core::LogSink previous_log_;
  std::mutex mutex_;
  std::string line_;
  int last_tenth_ = 0;
  Clock::time_point last_shown_;
};

ProgressBar::ProgressBar(ProgressBarOptions options) : impl_(std::make_shared<Impl>(std::move(options))) {
  if (impl_->options_.quiet) return;
  impl_->owns_log_ = true;
  impl_->previous_log_ =
      core::set_log_sink([impl = impl_.get()](core::LogLevel level, std::string_view text) { impl->log(level, text); });
}

ProgressBar::~ProgressBar() { finish(); }

void ProgressBar::finish() {
  if (!impl_->owns_log_) return;
  impl_->owns_log_ = false;
  core::set_log_sink(std::move(impl_->previous_log_));
  impl_->end();
}

core::ProgressSink ProgressBar::sink() {
  if (impl_->options_.quiet) return {};
  return [impl = impl_](const core::Progress& progress) { impl->update(progress); };
}

}  // namespace vigil::cli
