// MotionSmoother: takes FramePeople, gives the same frames a little later with where each person stands and how fast they
// go, freed from the jitter of their boxes.
//
//   MotionSmoother smoother;
//   for (const FrameMotion& frame : smoother.push(people)) judge(frame);
//   for (const FrameMotion& frame : smoother.finish()) judge(frame);      // after the last frame
//
// Robust rather than smooth, because boxes err by jumps: where somebody is half hidden, or two are taken for one.
//   Feet: the median of the box's lower middle over a quarter of a second before and after.
//   Height: the upper quartile, over the last 3 s, of the box's height or twice its width, whichever is more, so that people
//   whose legs are hidden do not shrink.
//   Speed: the box's middle over half a second before and after; the median of the later half less the median of the
//   earlier one, by the time between them. A jump lasts half a second in it, however far.
// People count whether seen or hidden, as long as the tracker believes in them; each frame is judged for itself, so what is
// far apart in time is never mixed. One thread at a time; holds half a second of frames and 3 s of boxes.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "core/people.h"
#include "core/time.h"

namespace vigil::behavior {

struct PersonMotion {
  std::int64_t id = 0;  // Track::id
  double score = 0;     // of the detection, [0, 1]
  double x_px = 0;      // where the feet stand
  double y_px = 0;
  double height_px = 0;  // of the body, above 0
  double speed = 0;      // body heights a second; 0 too where the person has been there for less than half a second
};

struct FrameMotion {
  core::MediaTime time;
  core::MediaTime end;  // until when the frame stands for what happens: that of the next one, at most a second later
  std::vector<PersonMotion> people;  // by id
};

class MotionSmoother {
 public:
  // Requires times that rise strictly.
  std::vector<FrameMotion> push(const core::FramePeople& frame);

  // What is still held; nothing may be pushed afterwards.
  std::vector<FrameMotion> finish();

 private:
  struct Person {
    std::int64_t id = 0;
    double score = 0;
  };
  struct Frame {
    core::MediaTime time;
    std::vector<Person> people;
  };
  struct Sample {
    core::MediaTime time;
    double x = 0;
    double feet_y = 0;
    double middle_y = 0;
    double height = 0;
  };

  FrameMotion take_oldest();
  PersonMotion motion_of(const Person& person, core::MediaTime time) const;

  std::deque<Frame> frames_;                            // not yet given
  std::map<std::int64_t, std::deque<Sample>> samples_;  // by id, of the last 3 s before the oldest of frames_
  std::optional<core::MediaTime> latest_;
  core::MediaDuration interval_;  // between the last two frames
};

}  // namespace vigil::behavior
