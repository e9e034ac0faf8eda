// BackOff: how long to wait before the next try: 1, 2, 4 … 30 seconds, a little different each time.
//
//   BackOff back_off({}, make_rng({seed}));
//   sleep(back_off.next());   // between first and 1.25 × first
//   sleep(back_off.next());   // twice as long
//   back_off.reset();         // it worked: begin anew
//
// The random part keeps many cameras that were lost together from coming back at the same moment. One thread at a time.
#pragma once

#include <algorithm>

#include "core/random.h"
#include "core/time.h"

namespace vigil::media {

struct BackOffOptions {
  core::MediaDuration first = core::MediaDuration::from_seconds(1);     // above 0
  core::MediaDuration longest = core::MediaDuration::from_seconds(30);  // at least `first`; no wait is longer
};

class BackOff {
 public:
  static constexpr double kJitter = 0.25;  // a wait is longer by up to this share

  BackOff(const BackOffOptions& options, core::Rng rng) : options_(options), rng_(rng), base_(options.first) {}

  core::MediaDuration next() {
    const double longest = options_.longest.seconds();
    const double base = std::min(base_.seconds(), std::max(longest / (1 + kJitter), options_.first.seconds()));
    base_ = std::min(base_ * 2, options_.longest);
    const double wait = base * (1 + core::uniform(rng_, 0, kJitter));
    return core::MediaDuration::from_seconds(std::min(wait, longest));
  }

  void reset() { base_ = options_.first; }

 private:
  BackOffOptions options_;
  core::Rng rng_;
  core::MediaDuration base_;
};

}  // namespace vigil::media
