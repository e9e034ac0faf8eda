#include "media/segment_ring.h"

#include <algorithm>
#include <numeric>

namespace vigil::media {

using core::MediaTime;

SegmentFile::~SegmentFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void SegmentRing::add(const std::filesystem::path& path, const Segment& segment) {
  const std::scoped_lock lock(mutex_);
  segments_.push_back({.segment = segment, .file = std::make_shared<const SegmentFile>(path)});
  trim();
}

void SegmentRing::update(const Segment& segment) {
  const std::scoped_lock lock(mutex_);
  segments_.back().segment = segment;
  trim();
}

void SegmentRing::add_left_over(const std::filesystem::path& path, std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  left_over_.push_back({.file = std::make_shared<const SegmentFile>(path), .bytes = bytes});
  trim();
}

std::uint64_t SegmentRing::total() const {
  std::uint64_t sum = 0;
  for (const LeftOver& left : left_over_) sum += left.bytes;
  for (const HeldSegment& held : segments_) sum += held.segment.bytes;
  return sum;
}

void SegmentRing::trim() {
  while (!left_over_.empty() && total() > options_.keep_bytes) left_over_.pop_front();
  // The newest is still written.
  while (segments_.size() > 1) {
    const Segment& oldest = segments_.front().segment;
    const bool old = oldest.end < segments_.back().segment.end - options_.keep && !(keep_from_ && oldest.end > *keep_from_);
    if (!old && total() <= options_.keep_bytes) return;
    segments_.pop_front();
  }
}

std::vector<HeldSegment> SegmentRing::overlapping(MediaTime from, MediaTime to) const {
  const std::scoped_lock lock(mutex_);
  std::vector<HeldSegment> found;
  std::ranges::copy_if(segments_, std::back_inserter(found), [&](const HeldSegment& held) {
    return held.segment.end > std::max(from, held.segment.begin) && held.segment.begin < to;
  });
  return found;
}

void SegmentRing::keep_from(std::optional<MediaTime> time) {
  const std::scoped_lock lock(mutex_);
  keep_from_ = time;
}

std::optional<MediaTime> SegmentRing::end() const {
  const std::scoped_lock lock(mutex_);
  for (auto held = segments_.rbegin(); held != segments_.rend(); ++held) {
    if (held->segment.end > held->segment.begin) return held->segment.end;
  }
  return std::nullopt;
}

std::uint64_t SegmentRing::bytes() const {
  const std::scoped_lock lock(mutex_);
  return total();
}

}  // namespace vigil::media
