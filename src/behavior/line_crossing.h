// LineCrossing: takes where one person stands over time, says when they have crossed a line.
//
//   LineCrossing crossing({.from_x = 0, .from_y = 240, .to_x = 640, .to_y = 240});
//   if (auto crossed = crossing.push(time, feet_x, feet_y, margin)) count(crossed->direction);
//
// A person belongs to a side once they are at least `margin` away from the line; within it they stay on the side they were
// on, so that who stands on the line and sways crosses nothing. The crossing is where the straight way from their last place
// on one side to their first on the other meets the line; who walks around its end has crossed nothing. Works across
// disappearances. One thread at a time; constant memory.
#pragma once

#include <optional>

#include "behavior/rule_set.h"
#include "core/time.h"

namespace vigil::behavior {

// In pixels of the frame; its two points differ. Left and right are those of somebody who walks from the first to the
// second.
struct PixelLine {
  double from_x = 0;
  double from_y = 0;
  double to_x = 0;
  double to_y = 0;
};

struct CrossedLine {
  LineDirection direction = LineDirection::kLeftToRight;  // never kBoth
  core::MediaTime since;                                  // when the feet were seen beyond the line first
};

class LineCrossing {
 public:
  explicit LineCrossing(const PixelLine& line) : line_(line) {}

  // In rising order of time; all in pixels of the frame. Requires a margin above 0.
  std::optional<CrossedLine> push(core::MediaTime time, double x, double y, double margin);

 private:
  struct Place {
    double x = 0;
    double y = 0;
    double beyond = 0;  // how far to the right of the line; to its left: below 0
  };

  Place place_at(double x, double y) const;
  bool meets_line(const Place& before, const Place& after) const;

  PixelLine line_;
  std::optional<Place> clear_;            // where the person was last clearly on a side
  std::optional<core::MediaTime> since_;  // beyond the line, as seen from there
};

}  // namespace vigil::behavior
