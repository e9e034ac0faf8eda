// PeopleCurve: how many people there are over time, in a bounded number of points, however long the video.
//
//   PeopleCurve curve(2000);
//   curve.push(frame_people);
//   for (const PeoplePoint& point : curve.points()) draw(point.begin, point.least, point.most);
//
// Neighbours are joined as core/bounded_curve.h says. One thread at a time; constant memory.
#pragma once

#include <cstddef>
#include <vector>

#include "core/bounded_curve.h"
#include "core/time.h"
#include "pipeline/people_stage.h"

namespace vigil::pipeline {

struct PeoplePoint {
  core::MediaTime begin, end;  // of its first and last frame
  std::size_t least = 0, most = 0;

  void join(const PeoplePoint& next);
};

class PeopleCurve {
 public:
  // Requires max_points >= 2 and even.
  explicit PeopleCurve(std::size_t max_points) : curve_(max_points) {}

  // Frames in rising order of time.
  void push(const core::FramePeople& frame);

  // At most max_points, in rising order of time.
  const std::vector<PeoplePoint>& points() const { return curve_.points(); }

 private:
  core::BoundedCurve<PeoplePoint> curve_;
};

}  // namespace vigil::pipeline
