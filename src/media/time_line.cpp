#include "media/time_line.h"

#include <algorithm>

#include "core/check.h"

namespace vigil::media {
namespace {

using core::MediaDuration;
using core::MediaTime;

constexpr std::int64_t kFarthestTick = std::int64_t{1} << 61;
constexpr std::int64_t kLongestGapUs = 24LL * 3600 * 1'000'000;
constexpr std::int64_t kNewClockFallUs = 1'000'000;
constexpr int kNewClockMends = 3;

// numerator / denominator rounded to the nearest, halves away from zero.
std::int64_t divide(__int128 numerator, __int128 denominator) {
  const __int128 half = denominator / 2;
  const __int128 quotient = (numerator >= 0 ? numerator + half : numerator - half) / denominator;
  constexpr __int128 limit = kFarthestTick;
  return static_cast<std::int64_t>(std::clamp(quotient, -limit, limit));
}

}  // namespace

TimeLine::TimeLine(TimeLineOptions options) : options_(options) {
  VIGIL_CHECK(options.tick_numerator > 0 && options.tick_denominator > 0, "a tick is a positive length of time");
  VIGIL_CHECK(options.nominal_period.us() > 0, "a frame period is positive");
}

MediaDuration TimeLine::to_duration(std::int64_t ticks) const {
  return MediaDuration::from_us(
      divide(static_cast<__int128>(ticks) * options_.tick_numerator * 1'000'000, options_.tick_denominator));
}

std::int64_t TimeLine::to_ticks(MediaTime time) const { return base_.value_or(0) - wrap_offset_ + span_in_ticks(time); }

std::int64_t TimeLine::span_in_ticks(MediaTime time) const {
  return divide(static_cast<__int128>(time.us()) * options_.tick_denominator,
                static_cast<__int128>(options_.tick_numerator) * 1'000'000);
}

std::optional<std::int64_t> TimeLine::unwrap(std::int64_t pts) {
  if (pts > kFarthestTick || pts < -kFarthestTick) return std::nullopt;
  if (options_.wrap_bits < 62 && last_raw_) {
    const std::int64_t whole = std::int64_t{1} << options_.wrap_bits;
    const std::int64_t fall = *last_raw_ - (pts + wrap_offset_);
    if (fall > whole / 2) wrap_offset_ += (fall + whole / 2) / whole * whole;
  }
  const std::int64_t ticks = pts + wrap_offset_;
  if (ticks > kFarthestTick) return std::nullopt;
  return ticks;
}

bool TimeLine::out_of_reach(std::int64_t ticks) const {
  return base_ && last_ && (MediaTime() + to_duration(ticks - *base_) - *last_).us() > kLongestGapUs;
}

MediaTime TimeLine::mend(std::int64_t step_us) {
  ++mended_;
  if (!started_) return MediaTime();
  return (last_ ? *last_ : MediaTime()) + MediaDuration::from_us(std::max<std::int64_t>(step_us, 1));
}

MediaTime TimeLine::place(std::optional<std::int64_t> pts, std::int64_t duration) {
  const std::int64_t step = last_duration_.us() > 0 ? last_duration_.us() : options_.nominal_period.us();
  auto ticks = pts ? unwrap(*pts) : std::nullopt;
  if (ticks && out_of_reach(*ticks)) ticks.reset();

  MediaTime time;
  if (!ticks) {
    time = mend(step);
    mends_in_a_row_ = 0;
  } else if (!base_) {
    if (started_) time = (last_ ? *last_ : MediaTime()) + MediaDuration::from_us(step);
    base_ = *ticks - span_in_ticks(time);
  } else {
    time = MediaTime() + to_duration(*ticks - *base_);
    if (!last_ || time > *last_) {
      mends_in_a_row_ = 0;
    } else {
      const bool fell_far = (*last_ - time).us() > kNewClockFallUs;
      time = mend(mends_in_a_row_ == 0 && !fell_far ? step / 2 : step);
      if (++mends_in_a_row_ >= kNewClockMends || fell_far) {
        base_ = *ticks - span_in_ticks(time);
        mends_in_a_row_ = 0;
      }
    }
  }
  started_ = true;
  if (ticks) last_raw_ = *ticks;
  last_ = time;
  const MediaDuration length = to_duration(std::clamp(duration, -kFarthestTick, kFarthestTick));
  last_duration_ = length.us() > 0 && length.us() <= kLongestGapUs ? length : MediaDuration();
  return time;
}

void TimeLine::jump() {
  last_.reset();
  last_raw_.reset();
  last_duration_ = {};
  mends_in_a_row_ = 0;
}

}  // namespace vigil::media
