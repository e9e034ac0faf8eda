// LinePeople: who is in a labelled clip, found by the program's own line: decoder, detector, pose, tracker. What `vigil
// train` and `vigil eval` show networks that judge people.
//
//   auto people = line_people(choice);
//   learn::FeatureFiles files{.people = people};
//
// Networks are loaded with the first clip that is not in the cache of features. One thread at a time.
#pragma once

#include <memory>

#include "cli/people_options.h"
#include "learn/clip_people.h"

namespace vigil::cli {

std::shared_ptr<learn::PeopleProvider> line_people(const PeopleChoice& choice);

}  // namespace vigil::cli
