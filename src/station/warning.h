// Warning: what needs somebody's attention, so that nothing is lost unnoticed. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "archive/retention.h"

namespace vigil::station {

struct CameraNotWatched {
  std::int64_t id = 0;
  std::string reason = {};
};

// Although it should be.
struct CameraNotRecorded {
  std::int64_t id = 0;
  std::string reason = {};
};

using Warning = std::variant<archive::DiskWarning, CameraNotWatched, CameraNotRecorded>;

}  // namespace vigil::station
