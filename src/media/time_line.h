// TimeLine: turns the raw timestamps of presented frames into MediaTimes that start at zero and rise strictly. Pure logic,
// free of FFmpeg.
//
//   TimeLine line({.tick_numerator = 1, .tick_denominator = 90'000, .wrap_bits = 33});
//   MediaTime first = line.place(8'589'934'000, 3'600);   // zero
//   MediaTime next = line.place(8, 3'600);                // wrapped: 6'666 us later (600 ticks)
//
// What is mended, and counted:
//   missing           the frame follows the one before it by that one's duration, or by the nominal frame period
//   repeated, falling the frame is set half a period after the one before it (a whole one when that happens in a row)
//   out of reach      a leap of more than a day is no gap but a broken timestamp: as missing
// After three mends in a row, or a fall of more than a second (a camera restarted, files were joined), the line takes the
// new clock as its own. Wrapping at `wrap_bits` is undone and not counted. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "core/time.h"

namespace vigil::media {

struct TimeLineOptions {
  int tick_numerator = 1;  // one tick is numerator / denominator seconds
  int tick_denominator = 1'000'000;
  int wrap_bits = 64;                                                         // timestamps wrap at 2^wrap_bits; 64: never
  core::MediaDuration nominal_period = core::MediaDuration::from_us(40'000);  // of a frame; used where nothing says more
};

class TimeLine {
 public:
  explicit TimeLine(TimeLineOptions options);

  // The time of the next presented frame. `pts` and `duration` in ticks; a duration of zero or less is unknown.
  core::MediaTime place(std::optional<std::int64_t> pts, std::int64_t duration);

  // The next frame comes from elsewhere in the stream (a seek): it may lie before the last one.
  void jump();

  // Raw ticks of a time (for seeking; after the first place()), and ticks as a length of time.
  std::int64_t to_ticks(core::MediaTime time) const;
  core::MediaDuration to_duration(std::int64_t ticks) const;

  std::uint64_t mended() const { return mended_; }

 private:
  std::int64_t span_in_ticks(core::MediaTime time) const;
  std::optional<std::int64_t> unwrap(std::int64_t pts);
  bool out_of_reach(std::int64_t ticks) const;
  core::MediaTime mend(std::int64_t step_us);

  TimeLineOptions options_;
  bool started_ = false;                  // a first frame was placed
  std::optional<std::int64_t> base_;      // ticks of time zero; none until a timestamp was seen
  std::int64_t wrap_offset_ = 0;          // added to raw ticks
  std::optional<std::int64_t> last_raw_;  // unwrapped ticks of the last frame that had any
  std::optional<core::MediaTime> last_;   // of the last frame; none after jump()
  core::MediaDuration last_duration_;     // zero when unknown
  int mends_in_a_row_ = 0;
  std::uint64_t mended_ = 0;
};

}  // namespace vigil::media
