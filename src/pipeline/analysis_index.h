// The page over several analysed videos: one row each, with a link to its report.
//
//   write_index("vigil-out", {{.input = "a.mp4", .folder = "a", .record = &record}, {.input = "b.mp4", .error = "…"}});
//
// Writes index.html and index.json beside the folders. Plain functions, any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "pipeline/analysis_record.h"

namespace vigil::pipeline {

struct IndexRow {
  std::string input;
  std::string folder;                      // relative to the index
  const AnalysisRecord* record = nullptr;  // null: not analysed
  std::string error;                       // why not
};

// Errors: kIo.
core::Status write_index(const std::filesystem::path& folder, const std::vector<IndexRow>& rows);

}  // namespace vigil::pipeline
