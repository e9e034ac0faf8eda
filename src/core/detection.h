// Detection: what a detector says of one frame: here is something, this sure. Plain value.
#pragma once

#include "core/box.h"

namespace vigil::core {

struct Detection {
  Box box;           // in pixels of the frame
  float score = 0;   // [0, 1]; how sure the detector is
  int class_id = 0;  // in the detector's own list of classes; 0 where it knows people only
};

}  // namespace vigil::core
