#include "pipeline/people_curve.h"

#include <algorithm>

namespace vigil::pipeline {

void PeoplePoint::join(const PeoplePoint& next) {
  end = next.end;
  least = std::min(least, next.least);
  most = std::max(most, next.most);
}

void PeopleCurve::push(const core::FramePeople& frame) {
  const std::size_t count = frame.people.size();
  curve_.push({.begin = frame.time, .end = frame.time, .least = count, .most = count});
}

}  // namespace vigil::pipeline
