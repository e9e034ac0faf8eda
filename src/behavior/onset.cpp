#include "behavior/onset.h"

#include <algorithm>

#include "core/check.h"

namespace vigil::behavior {
namespace {

constexpr std::int64_t kMaxWindows = 256;

}  // namespace

core::Result<core::MediaTime> find_onset(const OnsetSearch& search, const DenseScorer& scorer) {
  VIGIL_CHECK(search.step > core::MediaDuration(), "the step of an onset search rises");
  const core::MediaDuration half = (search.first.end - search.first.begin) / 2;
  const core::MediaTime last = search.first.begin;

  std::vector<core::MediaTime> begins;
  if (search.not_before) {
    const auto step = std::max(search.step, (last - *search.not_before) / kMaxWindows);
    for (auto begin = *search.not_before + step; begin < last; begin = begin + step) begins.push_back(begin);
  } else {
    const auto step = std::max(search.step, half / kMaxWindows);
    for (auto begin = last - half; begin < last; begin = begin + step) begins.push_back(begin);
  }
  if (begins.empty()) return last;

  auto scores = scorer(begins);
  if (!scores) return std::unexpected(scores.error());
  VIGIL_CHECK(scores->size() == begins.size(), "one score per window");
  const auto reached = std::ranges::find_if(*scores, [&](double score) { return score >= search.threshold; });
  const auto index = reached - scores->begin();
  return reached == scores->end() ? last : begins[static_cast<std::size_t>(index)];
}

}  // namespace vigil::behavior
