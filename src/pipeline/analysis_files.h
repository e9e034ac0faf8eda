// AnalysisFiles: the folder that one analysed video gets, and its crash-safe writing.
//
//   auto files = AnalysisFiles::prepare("vigil-out/street");
//   files->write_events(events_json(record));
//
//   events.json   scores.csv   tracks.jsonl   report.html   event-001.html   annotated.mp4   clips/event-001.mp4
//   clips/event-001.boxes.jsonl   posters/event-001.jpg   posters/strip-01.jpg   people/event-001-person-3-1.jpg
//
// Whatever moment the process is killed at, events.json is whole and names only files that are whole. A plain value.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"

namespace vigil::pipeline {

class AnalysisFiles {
 public:
  static constexpr const char* kEvents = "events.json";
  static constexpr const char* kWatchedEvents = "events.jsonl";  // of a watch: the lines of ended events
  static constexpr const char* kScores = "scores.csv";
  static constexpr const char* kTracks = "tracks.jsonl";
  static constexpr const char* kReport = "report.html";
  static constexpr const char* kAnnotated = "annotated.mp4";

  // Makes the folder. One that is already there must be empty or hold an earlier analysis, whose files are removed,
  // events.json first. Errors: kInvalidArgument (it holds something else), kIo.
  static core::Result<AnalysisFiles> prepare(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path path(std::string_view relative) const { return folder_ / relative; }

  static std::string strip_name(int index);  // "posters/strip-01.jpg"; those of events: event_names.h

  // Errors: kIo.
  core::Status write_events(std::string_view json) const;
  core::Status write_report(std::string_view html) const;

 private:
  explicit AnalysisFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

// The folder an input gets by itself: `parent`/<file name without extension>, and with -2, -3, … where that is taken.
// Characters that make trouble in file names become dashes.
std::filesystem::path unused_folder(const std::filesystem::path& parent, const std::string& input);

// What stands for the input in the name of a folder: "street" for "/videos/street.mp4" and for
// "https://host/street.mp4?token=x".
std::string folder_name(const std::string& input);

}  // namespace vigil::pipeline
