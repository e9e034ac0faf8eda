// PeopleOverlay: draws the people of tracks.jsonl on the frames of the same video: boxes with their ids, skeletons, trails.
//
//   PeopleOverlay people(std::move(*reader), frame.width_px() / double(record.source.width_px));
//   people.draw(frame.pts(), annotation);
//
// Times asked for rise. Between two frames that were looked at, boxes and key points move on straight lines, so that they
// fit every frame of the video. Holds two frames of people and two seconds of trails. One thread at a time.
#pragma once

#include <deque>
#include <map>
#include <optional>

#include "media/annotated_writer.h"
#include "pipeline/people_log.h"

namespace vigil::pipeline {

class PeopleOverlay {
 public:
  // `scale`: pixels of the frames drawn on, per pixel of the frames that people were found in.
  PeopleOverlay(PeopleReader reader, double scale);

  // Adds the people at `time`.
  void draw(core::MediaTime time, media::Annotation& annotation);

 private:
  struct Step {
    core::MediaTime time;
    media::PointMark feet;
  };

  void advance(core::MediaTime time);
  void draw_person(const core::TrackedPerson& person, media::Annotation& annotation) const;
  void draw_trails(media::Annotation& annotation) const;

  PeopleReader reader_;
  float scale_;
  std::optional<core::FramePeople> shown_, next_;
  std::map<std::int64_t, std::deque<Step>> trails_;
};

}  // namespace vigil::pipeline
