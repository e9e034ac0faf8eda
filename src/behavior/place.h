// Place: a zone of the picture, or all of it; says whether a person stands there. Plain value; private to the room.
//
//   const Place yard(rules, "yard", {.width_px = 640, .height_px = 480});
//   if (yard.holds(person)) …
#pragma once

#include <optional>
#include <string>

#include "behavior/motion_smoother.h"
#include "behavior/rule_set.h"
#include "core/region.h"

namespace vigil::behavior {

// Of the frames that boxes are in pixels of; above 0.
struct FrameSize {
  int width_px = 0;
  int height_px = 0;
};

class Place {
 public:
  // Requires that `rules` has that zone; empty: the whole picture.
  Place(const RuleSet& rules, const std::string& zone, FrameSize size) : size_(size) {
    if (!zone.empty()) region_ = rules.find_zone(zone)->region;
  }

  bool holds(const PersonMotion& person) const {
    return !region_ || region_->holds_feet_at(person.x_px, person.y_px, size_.width_px, size_.height_px);
  }

 private:
  std::optional<core::Region> region_;
  FrameSize size_;
};

}  // namespace vigil::behavior
