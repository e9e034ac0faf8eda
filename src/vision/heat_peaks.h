// find_heat_peaks: where a heat map has its peaks, between the cells too. Free of torch.
//
//   const HeatMap map{.width = 64, .height = 48, .values = plane};
//   for (const HeatPeak& peak : find_heat_peaks(map, {.threshold = 0.1F})) use(peak.x, peak.y, peak.score);
//
// A peak is the highest of 3 × 3 cells; its exact place is the top of the bell curve through it and its neighbours, in each
// direction by itself. Pure; any thread.
#pragma once

#include <span>
#include <vector>

namespace vigil::vision {

struct HeatMap {
  int width = 0;   // cells
  int height = 0;  // cells
  // Row by row. Any values; those that are not finite are no peaks, and a network's are up to about 1.
  std::span<const float> values;
};

struct HeatPeak {
  float x = 0;  // cells; the middle of the first is at 0
  float y = 0;
  float score = 0;  // up to 1
};

struct HeatPeakOptions {
  float threshold = 0.1F;  // (0, 1); lower cells are no peaks
  int max_peaks = 128;     // surest first
};

// Surest first. Requires as many values as width and height say.
std::vector<HeatPeak> find_heat_peaks(const HeatMap& map, const HeatPeakOptions& options);

}  // namespace vigil::vision
