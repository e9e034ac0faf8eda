// ScoreLog: streams the score of every window to scores.csv, so that memory does not grow with the length of the video; and
// ScoreReader, which streams it back.
//
//   auto log = ScoreLog::create(folder / "scores.csv");
//   log->append(window, smoothed);
//   log->sync();
//
// Columns: begin_s,end_s,score,smoothed. Survives a kill as line_log.h says. One thread at a time.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>

#include "core/event.h"
#include "core/result.h"
#include "pipeline/line_log.h"

namespace vigil::pipeline {

class ScoreLog {
 public:
  // Replaces what is there. Errors: kIo.
  static core::Result<ScoreLog> create(const std::filesystem::path& path);

  // Errors: kIo (disk full).
  core::Status append(const core::ScoredWindow& window, double smoothed);

  // Everything appended so far is in the file and on the disk. Errors: kIo.
  core::Status sync();

 private:
  explicit ScoreLog(LineLog lines) : lines_(std::move(lines)) {}

  LineLog lines_;
};

class ScoreReader {
 public:
  // Errors: kNotFound.
  static core::Result<ScoreReader> open(const std::filesystem::path& path);

  // The next window with its smoothed score; nothing at the end or at a line that is not whole.
  std::optional<core::ScoredWindow> next();

 private:
  explicit ScoreReader(std::ifstream in) : in_(std::move(in)) {}
  std::ifstream in_;
};

}  // namespace vigil::pipeline
