// Evidence of the people of an event: the best pictures of each, and of each the face, or why there is none.
//
//   PeopleEvidence people(faces.get());
//   people.collect(source, frames, {folder, numbered_event(1)}, record);   // fills record.people
//
// The best pictures are the largest, sharpest and most frontal ones (vision/person_picture.h), some time apart. A face is
// looked for in the same pictures. Files are complete and synced before this returns and names them; what cannot be made is
// said in the record's notes. One call at a time.
#pragma once

#include <filesystem>
#include <vector>

#include "core/people.h"
#include "core/result.h"
#include "media/privacy_mask.h"
#include "pipeline/analysis_record.h"
#include "pipeline/event_names.h"
#include "pipeline/evidence.h"
#include "vision/face_finder.h"

namespace vigil::pipeline {

class PeopleEvidence {
 public:
  static constexpr int kPictures = 3;  // kept of each person

  // `faces` outlives the object; null: faces are not looked for.
  explicit PeopleEvidence(vision::FaceFinder* faces) : faces_(faces) {}

  struct Place {
    std::filesystem::path folder;
    EventNames names;
  };

  // `frames`: the people of the event's frames, as in tracks.jsonl. Those whom the event names are pictured.
  void collect(const EvidenceSource& source, const std::vector<core::FramePeople>& frames, const Place& place,
               EventRecord& record);

 private:
  vision::FaceFinder* faces_;
};

}  // namespace vigil::pipeline
