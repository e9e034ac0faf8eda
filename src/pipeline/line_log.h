// LineLog: a text file that grows line by line while an analysis runs; what scores.csv and tracks.jsonl are written with.
//
//   auto log = LineLog::create(folder / "scores.csv");
//   log->append("0.5,2.5,0.031,0.034\n");
//   log->sync();
//
// Whole lines reach the file at least every kLinesPerWrite lines; what a killed process leaves ends with a whole line. One
// thread at a time.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "core/result.h"

namespace vigil::pipeline {

class LineLog {
 public:
  static constexpr int kLinesPerWrite = 64;

  // Replaces what is there; `first_line` is in the file at once. Errors: kIo.
  static core::Result<LineLog> create(const std::filesystem::path& path, std::string_view first_line = {});

  // `line` ends with its line feed. Errors: kIo (disk full).
  core::Status append(std::string_view line);

  // Everything appended so far is in the file and on the disk. Errors: kIo.
  core::Status sync();

 private:
  explicit LineLog(std::filesystem::path path) : path_(std::move(path)) {}
  core::Status write_lines();

  std::filesystem::path path_;
  std::ofstream out_;
  std::string lines_;
  int waiting_ = 0;
};

}  // namespace vigil::pipeline
