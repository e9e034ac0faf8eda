#include "behavior/event_detector.h"

#include <format>
#include <utility>

#include "behavior/score_smoother.h"
#include "core/check.h"

namespace vigil::behavior {
namespace {

core::Status invalid(std::string_view name, double value, std::string_view allowed) {
  return core::fail(core::ErrorCode::kInvalidArgument, std::format("{} = {}: must lie {}", name, value, allowed));
}

}  // namespace

core::Status EventDetectorOptions::validate() const {
  if (!(threshold_on > 0 && threshold_on <= 1)) return invalid("threshold-on", threshold_on, "above 0 and at most 1");
  if (!(threshold_off > 0 && threshold_off <= threshold_on)) {
    return invalid("threshold-off", threshold_off, std::format("above 0 and at most threshold-on ({})", threshold_on));
  }
  if (min_duration < core::MediaDuration()) return invalid("min-duration", min_duration.seconds(), "at 0 s or above");
  if (merge_gap < core::MediaDuration()) return invalid("merge-gap", merge_gap.seconds(), "at 0 s or above");
  if (max_windows < 2 || max_windows % 2 != 0) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("max_windows = {}: must be even, at least 2", max_windows));
  }
  return {};
}

core::Result<EventDetector> EventDetector::create(EventDetectorOptions options, OnsetFinder onset) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  return EventDetector(options, std::move(onset));
}

EventDetector::EventDetector(EventDetectorOptions options, OnsetFinder onset)
    : options_(options), onset_(std::move(onset)) {}

core::Result<std::optional<core::Event>> EventDetector::push(const core::ScoredWindow& window) {
  VIGIL_CHECK(!previous_begin_ || window.begin > *previous_begin_, "windows of a detector rise in time");
  std::optional<core::Event> ended;
  if (current_ && window.begin > current_->event.end + options_.merge_gap) {
    ended = confirmed();
    current_.reset();
  }
  const bool opens = window.score >= options_.threshold_on;
  const bool keeps = window.score >= options_.threshold_off;
  if (current_ && (opens || (current_->open && keeps))) {
    extend(window);
  } else if (current_) {
    current_->open = false;
  } else if (opens) {
    if (auto opened = open(window); !opened) return std::unexpected(opened.error());
  }
  previous_begin_ = window.begin;
  return ended;
}

std::optional<core::Event> EventDetector::finish() {
  auto last = confirmed();
  current_.reset();
  return last;
}

std::optional<core::Event> EventDetector::in_progress() const { return confirmed(); }

core::Status EventDetector::open(const core::ScoredWindow& window) {
  core::MediaTime first_violent = middle(window);
  if (onset_) {
    auto found = onset_(window, previous_begin_);
    if (!found) return std::unexpected(found.error());
    first_violent = *found;
  }
  current_.emplace(Candidate{.event = {.source = {},
                                       .kind = "violence",
                                       .rule = {},
                                       .zone = {},
                                       .begin = window.begin,
                                       .end = window.end,
                                       .peak = middle(window),
                                       .first_violent = first_violent,
                                       .windows = {},
                                       .people = {}},
                             .windows = ScoreEnvelope(options_.max_windows)});
  extend(window);
  return {};
}

void EventDetector::extend(const core::ScoredWindow& window) {
  Candidate& candidate = *current_;
  candidate.open = true;
  candidate.event.end = window.end;
  if (window.score > candidate.event.score) {
    candidate.event.score = window.score;
    candidate.event.peak = middle(window);
  }
  candidate.sum += window.score;
  ++candidate.count;
  candidate.windows.push(window);
}

std::optional<core::Event> EventDetector::confirmed() const {
  if (!current_ || current_->event.end - current_->event.begin < options_.min_duration) return std::nullopt;
  core::Event event = current_->event;
  event.mean_score = current_->sum / static_cast<double>(current_->count);
  for (const EnvelopePoint& point : current_->windows.points()) event.windows.push_back(point.highest);
  return event;
}

}  // namespace vigil::behavior
