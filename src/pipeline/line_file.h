// LineFile: a text file that grows by whole lines while an analysis runs, so that memory does not grow with the video.
//
//   auto file = LineFile::create(folder / "scores.csv");
//   file->append("0.5,1.5,0.25");
//   file->sync();
//
// Lines reach the file together, at least every 64 of them; what a killed process leaves ends with a whole line. One thread
// at a time.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "core/result.h"

namespace vigil::pipeline {

class LineFile {
 public:
  // Replaces what is there by an empty file. Errors: kIo.
  static core::Result<LineFile> create(const std::filesystem::path& path);

  // `line` comes without its end. Errors: kIo (disk full).
  core::Status append(std::string_view line);

  // Everything appended so far is in the file and on the disk. Errors: kIo.
  core::Status sync();

 private:
  explicit LineFile(std::filesystem::path path) : path_(std::move(path)) {}
  core::Status write_lines();

  std::filesystem::path path_;
  std::ofstream out_;
  std::string lines_;
  int waiting_ = 0;
};

}  // namespace vigil::pipeline
