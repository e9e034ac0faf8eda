// ProgressBar: shows core::Progress to a person: a bar that rewrites its line on a terminal, plain lines elsewhere.
//
//   ProgressBar bar({.title = "street.mp4", .quiet = context.quiet});
//   analyze(..., bar.sink());
//
// On a terminal at most ten drawings a second; elsewhere one line for each tenth of the work, or every 10 s when the total
// is unknown. Writes to standard error. While a bar lives, log lines appear above it (it takes over core::set_log_sink), so
// there is one bar at a time. sink() may be called from any thread; the bar must outlive it.
#pragma once

#include <memory>
#include <string>

#include "core/progress.h"

namespace vigil::cli {

struct ProgressBarOptions {
  std::string title;
  bool quiet = false;  // show nothing
};

class ProgressBar {
 public:
  explicit ProgressBar(ProgressBarOptions options);
  ~ProgressBar();  // as finish()
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Ends the bar's line, keeping its last state visible, and hands the log back. May be called more than once.
  void finish();

  // Empty when quiet.
  core::ProgressSink sink();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// "street.mp4  [##########----------]  50 %  39.8/79.5 s  14.2x real time", no wider than `columns`.
std::string progress_bar_line(const std::string& title, const core::Progress& progress, int columns);

// "street.mp4: 50 %, 39.8 of 79.5 s, 14.2x real time"
std::string progress_plain_line(const std::string& title, const core::Progress& progress);

}  // namespace vigil::cli
