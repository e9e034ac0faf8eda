// PeopleProvider: who is in a labelled clip; what networks that judge people learn from. The program's own line behind it
// (`vigil train` runs it over every clip), or people made up in tests.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/people.h"
#include "core/result.h"

namespace vigil::learn {

struct ClipPeople {
  std::vector<core::FramePeople> frames;  // in rising order of time, from the clip's first frame on
  int width_px = 0;                       // of the frames that boxes and key points are in
  int height_px = 0;
};

class PeopleProvider {
 public:
  virtual ~PeopleProvider() = default;

  // What decides the answer beside the clip: networks and options. Features made of people are kept under it.
  virtual std::string key() const = 0;

  // Errors: kUnreadable and its like (the clip), kCancelled, kInternal (a network).
  virtual core::Result<ClipPeople> people_of(const std::filesystem::path& clip, std::stop_token stop) = 0;
};

}  // namespace vigil::learn
