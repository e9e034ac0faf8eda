#include "media/nearest_frames.h"

#include <algorithm>

#include "core/check.h"

namespace vigil::media {

std::vector<std::size_t> nearest_frames(std::span<const core::MediaTime> times, core::MediaTime begin,
                                        const SteadyClock& clock) {
  VIGIL_CHECK(!times.empty() && clock.count >= 1, "frames to choose from");
  std::vector<std::size_t> chosen;
  chosen.reserve(static_cast<std::size_t>(clock.count));
  for (int i = 0; i < clock.count; ++i) {
    const core::MediaTime wanted = begin + clock.interval * i;
    const auto after = std::ranges::lower_bound(times, wanted);
    auto index = static_cast<std::size_t>(after - times.begin());
    if (after == times.end() || (index > 0 && wanted - times[index - 1] <= times[index] - wanted)) --index;
    chosen.push_back(index);
  }
  return chosen;
}

}  // namespace vigil::media
