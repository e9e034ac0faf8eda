// ScoreLog: streams the score of every window to scores.csv, so that memory does not grow with the length of the video; and
// ScoreReader, which streams it back.
//
//   auto log = ScoreLog::create(folder / "scores.csv");
//   log->append(window, smoothed);
//   log->sync();
//
// Columns: begin_s,end_s,score,smoothed. Whole lines reach the file at least every 64 windows; what a killed process leaves
// ends with a whole line. One thread at a time.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "core/event.h"
#include "core/result.h"

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
  explicit ScoreLog(std::filesystem::path path) : path_(std::move(path)) {}
  core::Status write_lines();

  std::filesystem::path path_;
  std::ofstream out_;
  std::string lines_;
  int waiting_ = 0;
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
