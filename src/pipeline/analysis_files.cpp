#include "pipeline/analysis_files.h"

#include <algorithm>
#include <cctype>
#include <format>
#include <system_error>
#include <utility>

#include "core/atomic_file.h"
#include "core/log.h"

namespace vigil::pipeline {
namespace {

namespace fs = std::filesystem;

std::unexpected<core::Error> io_error(std::string_view what, const fs::path& path, const std::error_code& error) {
  return core::fail(core::ErrorCode::kIo, std::format("cannot {} {}: {}", what, path.string(), error.message()));
}

bool is_ours(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with("event-") || name.starts_with("strip-") || name.starts_with(".event-") ||
         name.starts_with(".strip-");
}

bool is_page(const fs::path& path) { return path.filename().string().starts_with("event-") && path.extension() == ".html"; }

core::Status remove_earlier_analysis(const fs::path& folder) {
  std::error_code error;
  for (const char* name : {AnalysisFiles::kEvents, AnalysisFiles::kScores, AnalysisFiles::kTracks, AnalysisFiles::kReport,
                           AnalysisFiles::kAnnotated}) {
    fs::remove(folder / name, error);
    if (error) return io_error("remove", folder / name, error);
  }
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (is_page(entry->path())) fs::remove(entry->path(), error);
  }
  for (const char* name : {"clips", "posters", "people"}) {
    for (fs::directory_iterator entry(folder / name, error), end; !error && entry != end; entry.increment(error)) {
      if (is_ours(entry->path())) fs::remove(entry->path(), error);
    }
  }
  return {};
}

}  // namespace

core::Result<AnalysisFiles> AnalysisFiles::prepare(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error)) {
    const bool empty = fs::is_directory(folder, error) && fs::is_empty(folder, error);
    if (!empty && !fs::exists(folder / kEvents, error)) {
      return core::fail(core::ErrorCode::kInvalidArgument,
                        std::format("{} is there and holds no earlier analysis; name another folder", folder.string()));
    }
    if (auto removed = remove_earlier_analysis(folder); !removed) return std::unexpected(removed.error());
  }
  for (const char* name : {"clips", "posters", "people"}) {
    fs::create_directories(folder / name, error);
    if (error) return io_error("create", folder / name, error);
  }
  return AnalysisFiles(folder);
}

std::string AnalysisFiles::strip_name(int index) { return std::format("posters/strip-{:02}.jpg", index); }

core::Status AnalysisFiles::write_events(std::string_view json) const {
  return core::write_file_atomically(path(kEvents), json);
}

core::Status AnalysisFiles::write_report(std::string_view html) const {
  return core::write_file_atomically(path(kReport), html);
}

fs::path unused_folder(const fs::path& parent, const std::string& input) {
  const std::string name = folder_name(input);
  fs::path folder = parent / name;
  std::error_code ignored;
  for (int number = 2; fs::exists(folder, ignored); ++number) folder = parent / std::format("{}-{}", name, number);
  return folder;
}

std::string folder_name(const std::string& input) {
  const bool is_url = input.find("://") != std::string::npos;
  const std::string path = is_url ? core::redact_url(input.substr(0, input.find_first_of("?#"))) : input;
  std::string name = fs::path(path).stem().string();
  std::ranges::replace_if(
      name, [](unsigned char c) { return c < 0x20 || c == 0x7f || std::string_view("/\\:*?\"<>|").contains(c); }, '-');
  return name.empty() || name == "." || name == ".." ? "video" : name;
}

}  // namespace vigil::pipeline
