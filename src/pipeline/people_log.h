// PeopleLog: streams the people of every frame to tracks.jsonl (docs/tracks-jsonl.md), so that memory does not grow with the
// length of the video; and PeopleReader, which streams them back.
//
//   auto log = PeopleLog::create(folder / "tracks.jsonl");
//   log->append(frame_people);
//   log->sync();
//
// One line per frame that was looked at, also where nobody was there. Survives a kill as line_log.h says. One thread at a
// time.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include "core/result.h"
#include "pipeline/line_log.h"
#include "pipeline/people_stage.h"

namespace vigil::pipeline {

class PeopleLog {
 public:
  // Replaces what is there. Errors: kIo.
  static core::Result<PeopleLog> create(const std::filesystem::path& path);

  // Errors: kIo (disk full).
  core::Status append(const core::FramePeople& frame);

  // Everything appended so far is in the file and on the disk. Errors: kIo.
  core::Status sync();

 private:
  explicit PeopleLog(LineLog lines) : lines_(std::move(lines)) {}

  LineLog lines_;
};

// One line of the file; nothing where it is not whole. Of a track it knows id, box, score, time, whether the person was
// seen, and the verdict.
std::optional<core::FramePeople> parse_people_line(std::string_view line);

class PeopleReader {
 public:
  // Errors: kNotFound.
  static core::Result<PeopleReader> open(const std::filesystem::path& path);

  // The next frame, as parse_people_line() gives it; nothing at the end or at a line that is not whole.
  std::optional<core::FramePeople> next();

 private:
  explicit PeopleReader(std::ifstream in) : in_(std::move(in)) {}
  std::ifstream in_;
};

}  // namespace vigil::pipeline
