#include "pipeline/score_log.h"

#include <cstdio>
#include <format>
#include <string>
#include <utility>
namespace vigil::pipeline {
core::Result<ScoreLog> ScoreLog::create(const std::filesystem::path& path) {
  auto lines = LineLog::create(path, "begin_s,end_s,score,smoothed\n");
  if (!lines) return std::unexpected(lines.error());
  return ScoreLog(std::move(*lines));
}

core::Status ScoreLog::append(const core::ScoredWindow& window, double smoothed) {
  return lines_.append(
      std::format("{:.6f},{:.6f},{:.6f},{:.6f}\n", window.begin.seconds(), window.end.seconds(), window.score, smoothed));
}

core::Status ScoreLog::sync() { return lines_.sync(); }

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
