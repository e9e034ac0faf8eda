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
  if (cool_down < core::MediaDuration()) return invalid("cool-down", cool_down.seconds(), "at 0 s or above");
  if (max_windows < 2 || max_windows % 2 != 0) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("max_windows = {}: must be even, at least 2", max_windows));
  }
  return {};
}

core::Result<EventDetector> EventDetector::create(EventDetectorOptions options, OnsetFinder onset) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  return EventDetector(std::move(options), std::move(onset));
}

EventDetector::EventDetector(EventDetectorOptions options, OnsetFinder onset)
    : options_(std::move(options)), onset_(std::move(onset)) {}

core::Result<std::vector<core::EventChange>> EventDetector::push(const core::ScoredWindow& window) {
  VIGIL_CHECK(!previous_begin_ || window.begin > *previous_begin_, "windows of a detector rise in time");
  std::vector<core::EventChange> changes;
  if (current_ && window.begin > current_->event.end + options_.merge_gap) end(changes);
  const bool opens = window.score >= options_.threshold_on;
  const bool keeps = window.score >= options_.threshold_off;
  const bool cooling = cool_until_ && window.begin < *cool_until_;
  if (current_ && (opens || (current_->open && keeps))) {
    extend(window);
  } else if (current_) {
    current_->open = false;
  } else if (opens && !cooling) {
    if (auto opened = open(window); !opened) return std::unexpected(opened.error());
  }
  previous_begin_ = window.begin;
  if (current_ && !current_->confirmed && current_->event.end - current_->event.begin >= options_.min_duration) {
    current_->confirmed = true;
    changes.push_back({.state = core::EventState::kConfirmed, .event = event()});
  }
  return changes;
}

std::vector<core::EventChange> EventDetector::finish() {
  std::vector<core::EventChange> changes;
  if (current_) end(changes);
  return changes;
}

std::optional<core::MediaTime> EventDetector::open_since() const {
  return current_ ? std::optional(current_->event.begin) : std::nullopt;
}

std::optional<core::Event> EventDetector::in_progress() const {
  return current_ && current_->confirmed ? std::optional(event()) : std::nullopt;
}

core::Status EventDetector::open(const core::ScoredWindow& window) {
  core::MediaTime first_violent = middle(window);
  if (onset_) {
    auto found = onset_(window, previous_begin_);
    if (!found) return std::unexpected(found.error());
    first_violent = *found;
  }
  current_.emplace(Candidate{.event = {.source = {},
                                       .kind = options_.kind,
                                       .rule = options_.rule,
                                       .zone = options_.zone,
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

void EventDetector::end(std::vector<core::EventChange>& changes) {
  if (current_->confirmed) {
    changes.push_back({.state = core::EventState::kEnded, .event = event()});
    cool_until_ = current_->event.end + options_.cool_down;
  }
  current_.reset();
}

core::Event EventDetector::event() const {
  core::Event event = current_->event;
  event.mean_score = current_->sum / static_cast<double>(current_->count);
  for (const EnvelopePoint& point : current_->windows.points()) event.windows.push_back(point.highest);
  return event;
}

}  // namespace vigil::behavior
