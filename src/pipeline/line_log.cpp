#include "pipeline/line_log.h"

#include <format>

#include "core/atomic_file.h"

namespace vigil::pipeline {

core::Result<LineLog> LineLog::create(const std::filesystem::path& path, std::string_view first_line) {
  LineLog log(path);
  log.out_.open(path, std::ios::binary | std::ios::trunc);
  log.lines_ = first_line;
  if (auto written = log.write_lines(); !written) return std::unexpected(written.error());
  return log;
}

core::Status LineLog::append(std::string_view line) {
  lines_ += line;
  return ++waiting_ < kLinesPerWrite ? core::Status() : write_lines();
}

core::Status LineLog::sync() {
  if (auto written = write_lines(); !written) return written;
  return core::sync_file(path_);
}

core::Status LineLog::write_lines() {
  out_.write(lines_.data(), static_cast<std::streamsize>(lines_.size()));
  out_.flush();
  if (!out_) return core::fail(core::ErrorCode::kIo, std::format("cannot write {}", path_.string()));
  lines_.clear();
  waiting_ = 0;
  return {};
}

}  // namespace vigil::pipeline
