#include "pipeline/event_boxes.h"

#include <algorithm>
#include <charconv>
#include <format>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "core/atomic_file.h"
#include "pipeline/people_log.h"

namespace vigil::pipeline {
namespace {

// The time of a line without reading the rest of it: hours of lines lie before an event.
std::optional<core::MediaTime> time_of(std::string_view line) {
  constexpr std::string_view kBegin = R"({"time_s":)";
  if (!line.starts_with(kBegin)) return std::nullopt;
  double seconds = 0;
  const auto [end, error] = std::from_chars(line.data() + kBegin.size(), line.data() + line.size(), seconds);
  if (error != std::errc{}) return std::nullopt;
  return core::MediaTime::from_seconds(seconds);
}

// Calls use(line) for the lines of [begin, end].
template <typename Use>
core::Status for_each_line(const std::filesystem::path& tracks, core::MediaTime begin, core::MediaTime end, Use use) {
  std::ifstream in(tracks);
  if (!in) return core::fail(core::ErrorCode::kNotFound, std::format("no tracks in {}", tracks.string()));
  for (std::string line; std::getline(in, line);) {
    const auto time = time_of(line);
    if (!time || *time > end) break;
    if (*time >= begin) use(line);
  }
  return {};
}

}  // namespace

core::Status write_event_boxes(const std::filesystem::path& tracks, core::MediaTime begin, core::MediaTime end,
                               const std::filesystem::path& target) {
  const std::filesystem::path temporary = core::temporary_path(target);
  std::error_code ignored;
  std::filesystem::create_directories(target.parent_path(), ignored);
  {
    std::ofstream out(temporary, std::ios::trunc);
    if (auto copied = for_each_line(tracks, begin, end, [&](const std::string& line) { out << line << '\n'; }); !copied) {
      return copied;
    }
    out.flush();
    if (!out) return core::fail(core::ErrorCode::kIo, std::format("cannot write {}", temporary.string()));
  }
  return core::commit_file(temporary, target);
}

core::Status write_event_boxes(const std::vector<core::FramePeople>& frames, const std::filesystem::path& target) {
  const std::filesystem::path temporary = core::temporary_path(target);
  auto log = PeopleLog::create(temporary);
  if (!log) return std::unexpected(log.error());
  for (const core::FramePeople& frame : frames) {
    if (auto kept = log->append(frame); !kept) return kept;
  }
  if (auto synced = log->sync(); !synced) return synced;
  return core::commit_file(temporary, target);
}

core::Result<std::vector<core::FramePeople>> read_people(const std::filesystem::path& tracks, core::MediaTime begin,
                                                         core::MediaTime end, std::size_t most) {
  std::size_t lines = 0;
  if (auto counted = for_each_line(tracks, begin, end, [&](const std::string&) { ++lines; }); !counted) {
    return std::unexpected(counted.error());
  }
  const std::size_t every = lines / std::max<std::size_t>(most, 1) + 1;
  std::vector<core::FramePeople> frames;
  std::size_t number = 0;
  const auto read = for_each_line(tracks, begin, end, [&](const std::string& line) {
    if (number++ % every != 0) return;
    if (auto frame = parse_people_line(line)) frames.push_back(std::move(*frame));
  });
  if (!read) return std::unexpected(read.error());
  return frames;
}

}  // namespace vigil::pipeline
