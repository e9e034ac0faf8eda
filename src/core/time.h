// MediaTime and MediaDuration: the one notion of time that frames, scores, events and clips are keyed by.
//
//   MediaTime first = MediaTime::from_us(40'000);
//   MediaTime later = first + MediaDuration::from_seconds(2.0);
//   double seconds = (later - first).seconds();   // 2.0
//
// Microseconds as int64, taken from the stream's own timestamps; zero is the stream's first presented frame unless a header
// says otherwise. Plain values: copy freely, compare freely, safe from any thread.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>
#include <string>

namespace vigil::core {

// A length of time in microseconds. May be negative.
class MediaDuration {
 public:
  constexpr MediaDuration() = default;
  static constexpr MediaDuration from_us(std::int64_t us) { return MediaDuration(us); }
  static MediaDuration from_seconds(double seconds) { return MediaDuration(std::llround(seconds * 1e6)); }

  constexpr std::int64_t us() const { return us_; }
  constexpr double seconds() const { return static_cast<double>(us_) * 1e-6; }

  constexpr auto operator<=>(const MediaDuration&) const = default;
  constexpr MediaDuration operator-() const { return MediaDuration(-us_); }
  constexpr MediaDuration operator+(MediaDuration other) const { return MediaDuration(us_ + other.us_); }
  constexpr MediaDuration operator-(MediaDuration other) const { return MediaDuration(us_ - other.us_); }
  constexpr MediaDuration operator*(std::int64_t factor) const { return MediaDuration(us_ * factor); }
  constexpr MediaDuration operator/(std::int64_t divisor) const { return MediaDuration(us_ / divisor); }

 private:
  constexpr explicit MediaDuration(std::int64_t us) : us_(us) {}
  std::int64_t us_ = 0;
};

// A point on a stream's time line in microseconds.
class MediaTime {
 public:
  constexpr MediaTime() = default;
  static constexpr MediaTime from_us(std::int64_t us) { return MediaTime(us); }
  static MediaTime from_seconds(double seconds) { return MediaTime(std::llround(seconds * 1e6)); }
  static constexpr MediaTime max() { return MediaTime(std::numeric_limits<std::int64_t>::max()); }
  static constexpr MediaTime min() { return MediaTime(std::numeric_limits<std::int64_t>::min()); }

  constexpr std::int64_t us() const { return us_; }
  constexpr double seconds() const { return static_cast<double>(us_) * 1e-6; }

  constexpr auto operator<=>(const MediaTime&) const = default;
  constexpr MediaTime operator+(MediaDuration d) const { return MediaTime(us_ + d.us()); }
  constexpr MediaTime operator-(MediaDuration d) const { return MediaTime(us_ - d.us()); }
  constexpr MediaDuration operator-(MediaTime other) const { return MediaDuration::from_us(us_ - other.us_); }

 private:
  constexpr explicit MediaTime(std::int64_t us) : us_(us) {}
  std::int64_t us_ = 0;
};

// "1:02:03.456" (hours only when there are any), "-0:01.000" for negative times.
std::string format_clock(MediaTime time);

}  // namespace vigil::core
