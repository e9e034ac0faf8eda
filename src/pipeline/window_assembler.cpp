#include "pipeline/window_assembler.h"

#include <algorithm>

#include "core/check.h"
#include "media/clip_sampler.h"

namespace vigil::pipeline {
namespace {

using core::MediaDuration;
using core::MediaTime;
using media::Frame;

// Timestamps of containers are rounded to as much as a millisecond.
constexpr MediaDuration kRounding = MediaDuration::from_us(1000);

std::span<const Frame> frames_between(std::span<const Frame> frames, MediaTime begin, MediaTime end) {
  const auto first = std::ranges::lower_bound(frames, begin, {}, &Frame::pts);
  const auto last = std::ranges::lower_bound(first, frames.end(), end, {}, &Frame::pts);
  return {first, last};
}

}  // namespace

WindowAssembler::WindowAssembler(WindowPlan plan) : plan_(plan) {
  VIGIL_CHECK(plan.window > MediaDuration() && plan.stride > MediaDuration(), "windows have a length and a stride");
}

std::vector<AssembledWindow> WindowAssembler::push(const Frame& frame) {
  const bool first = frames_.empty() && !last_begin_;
  VIGIL_CHECK(first || frame.pts() > last_pts_, "frames of a stream rise in time");
  last_duration_ = frame.duration() > MediaDuration() ? frame.duration() : first ? MediaDuration() : frame.pts() - last_pts_;
  last_pts_ = frame.pts();

  auto complete = complete_until(frame.pts());
  if (frames_.empty() || frame.pts() - frames_.back().pts() >= plan_.window / kMaxFrames) frames_.push_back(frame);
  return complete;
}

std::vector<AssembledWindow> WindowAssembler::finish() {
  if (frames_.empty()) return {};
  const MediaTime end = stream_end();
  auto complete = complete_until(end + kRounding);
  if (!last_end_ || *last_end_ + kRounding < end) {
    const MediaTime begin = std::max(end - plan_.window, MediaTime());
    const bool rises = !last_begin_ || begin > *last_begin_;
    if (auto tail = rises ? window_of(begin, end) : std::nullopt) complete.push_back(std::move(*tail));
  }
  frames_.clear();
  return complete;
}

MediaTime WindowAssembler::stream_end() const { return last_pts_ + std::max(last_duration_, MediaDuration::from_us(1)); }

std::vector<AssembledWindow> WindowAssembler::complete_until(MediaTime time) {
  std::vector<AssembledWindow> complete;
  while (next_begin_ + plan_.window <= time) {
    if (frames_.empty() || frames_.back().pts() < next_begin_) {
      // Nothing until `time`: go on with the first window of the grid that reaches it.
      const auto strides = (time - plan_.window - next_begin_).us() / plan_.stride.us() + 1;
      next_begin_ = next_begin_ + plan_.stride * strides;
      break;
    }
    if (auto window = window_of(next_begin_, next_begin_ + plan_.window)) {
      last_begin_ = window->begin;
      last_end_ = window->end;
      complete.push_back(std::move(*window));
    }
    // The window aligned to the end of the stream begins after the last one that came out.
    while (!frames_.empty() && frames_.front().pts() < next_begin_) frames_.pop_front();
    next_begin_ = next_begin_ + plan_.stride;
  }
  return complete;
}

std::optional<AssembledWindow> WindowAssembler::window_of(MediaTime begin, MediaTime end) const {
  AssembledWindow window{.begin = begin, .end = end, .frames = {}};
  for (const Frame& frame : frames_) {
    if (frame.pts() >= begin && frame.pts() < end) window.frames.push_back(frame);
  }
  if (window.frames.empty()) return std::nullopt;
  return window;
}

std::vector<Frame> choose_frames(std::span<const Frame> frames, MediaTime begin, MediaTime end, int count) {
  VIGIL_CHECK(!frames.empty() && count >= 1, "frames to choose from");
  auto inside = frames_between(frames, begin, end);
  if (inside.empty()) {
    const auto after = std::ranges::lower_bound(frames, begin, {}, &Frame::pts);
    const auto shown = after == frames.begin() ? after : after - 1;
    return std::vector<Frame>(static_cast<std::size_t>(count), *shown);
  }
  const auto total = static_cast<int>(inside.size());
  int still = 0;  // repeats of the first frame before time zero
  if (begin < MediaTime() && total > 1) {
    const MediaDuration interval = (inside.back().pts() - inside.front().pts()) / (total - 1);
    still = static_cast<int>((MediaTime() - begin).us() / std::max<std::int64_t>(interval.us(), 1));
  }
  std::vector<Frame> chosen;
  for (const int index : media::uniform_indices(still + total, count)) {
    chosen.push_back(inside[static_cast<std::size_t>(std::max(index - still, 0))]);
  }
  return chosen;
}

}  // namespace vigil::pipeline
