// PeopleVerdicts: takes the people of frames, and what was said of them in windows; gives the same frames with each person's
// verdict at that moment.
//
//   PeopleVerdicts verdicts;
//   for (FramePeople& frame : verdicts.push(frame_people)) keep(frame);
//   for (FramePeople& frame : verdicts.push(moment, violent)) keep(frame);
//   for (FramePeople& frame : verdicts.finish()) keep(frame);
//
// Of a frame the window counts whose middle is nearest. Frames come out in order, as soon as that window is certain. One
// thread at a time; holds the frames between the latest window and now.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "core/event.h"
#include "core/people.h"

namespace vigil::pipeline {

class PeopleVerdicts {
 public:
  // Frames in rising order of time.
  std::vector<core::FramePeople> push(const core::FramePeople& frame);

  // Moments in rising order of their middles; `violent`: ids of those who are violent as of it.
  std::vector<core::FramePeople> push(const core::ScoredMoment& moment, const std::vector<std::int64_t>& violent);

  // No more moments come.
  std::vector<core::FramePeople> finish();

 private:
  struct Verdict {
    core::MediaTime middle;
    std::vector<core::PersonScore> people;  // by id
    std::vector<std::int64_t> violent;      // by id
  };

  std::vector<core::FramePeople> take();
  void judge(core::FramePeople& frame) const;

  std::deque<core::FramePeople> frames_;
  std::deque<Verdict> verdicts_;  // from the last one before frames_.front()
  bool finished_ = false;
};

}  // namespace vigil::pipeline
