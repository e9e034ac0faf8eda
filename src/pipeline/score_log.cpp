#include "pipeline/score_log.h"

#include <cstdio>
#include <format>
#include <utility>

#include "core/atomic_file.h"

namespace vigil::pipeline {
namespace {

constexpr int kLinesPerWrite = 64;

}  // namespace

core::Result<ScoreLog> ScoreLog::create(const std::filesystem::path& path) {
  ScoreLog log(path);
  log.out_.open(path, std::ios::binary | std::ios::trunc);
  log.lines_ = "begin_s,end_s,score,smoothed\n";
  if (auto written = log.write_lines(); !written) return std::unexpected(written.error());
  return log;
}

core::Status ScoreLog::append(const core::ScoredWindow& window, double smoothed) {
  lines_ +=
      std::format("{:.6f},{:.6f},{:.6f},{:.6f}\n", window.begin.seconds(), window.end.seconds(), window.score, smoothed);
  return ++waiting_ < kLinesPerWrite ? core::Status() : write_lines();
}

core::Status ScoreLog::sync() {
  if (auto written = write_lines(); !written) return written;
  return core::sync_file(path_);
}

core::Status ScoreLog::write_lines() {
  out_.write(lines_.data(), static_cast<std::streamsize>(lines_.size()));
  out_.flush();
  if (!out_) return core::fail(core::ErrorCode::kIo, std::format("cannot write {}", path_.string()));
  lines_.clear();
  waiting_ = 0;
  return {};
}

core::Result<ScoreReader> ScoreReader::open(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::string header;
  if (!std::getline(in, header))
    return core::fail(core::ErrorCode::kNotFound, std::format("no scores in {}", path.string()));
  return ScoreReader(std::move(in));
}

std::optional<core::ScoredWindow> ScoreReader::next() {
  std::string line;
  if (!std::getline(in_, line)) return std::nullopt;
  double begin = 0;
  double end = 0;
  double raw = 0;
  core::ScoredWindow window;
  if (std::sscanf(line.c_str(), "%lf,%lf,%lf,%lf", &begin, &end, &raw, &window.score) != 4) return std::nullopt;
  window.begin = core::MediaTime::from_seconds(begin);
  window.end = core::MediaTime::from_seconds(end);
  return window;
}

}  // namespace vigil::pipeline
