// strongest_mean: takes maps of change, gives for each the mean over the strongest tenth of the positions in a part of them.
//
//   std::array<float, 512> means;
//   strongest_mean({.data = change, .rows = 18, .columns = 24, .count = 512}, {.right = 24, .bottom = 18}, means);
//
// Something small that moves shows in it as well as something large, and where it is does not matter. Plain functions, any
// thread; the same numbers to the last bit wherever they run.
#pragma once

#include <span>

namespace vigil::vision {

// Maps that lie interleaved: at each position the values of all of them, positions row by row.
struct InterleavedMaps {
  const float* data = nullptr;
  int rows = 0, columns = 0;
  int count = 0;  // of maps; a multiple of 16
};

// Positions [left, right) × [top, bottom), at least one.
struct MapPart {
  int left = 0, top = 0, right = 0, bottom = 0;

  int positions() const { return (right - left) * (bottom - top); }
};

// Of a tenth of the positions, rounded, at least one. `means`: one for each map.
void strongest_mean(const InterleavedMaps& maps, const MapPart& part, std::span<float> means);

}  // namespace vigil::vision
