#include "pipeline/line_file.h"

#include <format>

#include "core/atomic_file.h"

namespace vigil::pipeline {
namespace {

constexpr int kLinesPerWrite = 64;

}  // namespace

core::Result<LineFile> LineFile::create(const std::filesystem::path& path) {
  LineFile file(path);
  file.out_.open(path, std::ios::binary | std::ios::trunc);
  if (auto written = file.write_lines(); !written) return std::unexpected(written.error());
  return file;
}

core::Status LineFile::append(std::string_view line) {
  lines_.append(line).push_back('\n');
  return ++waiting_ < kLinesPerWrite ? core::Status() : write_lines();
}

core::Status LineFile::sync() {
  if (auto written = write_lines(); !written) return written;
  return core::sync_file(path_);
}

core::Status LineFile::write_lines() {
  out_.write(lines_.data(), static_cast<std::streamsize>(lines_.size()));
  out_.flush();
  if (!out_) return core::fail(core::ErrorCode::kIo, std::format("cannot write {}", path_.string()));
  lines_.clear();
  waiting_ = 0;
  return {};
}

}  // namespace vigil::pipeline
