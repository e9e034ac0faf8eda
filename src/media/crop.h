// A part of a Frame as a Frame of its own, sharing its pixels.
//
//   auto person = crop(frame, {.left = 40, .top = 30, .width = 21, .height = 64});
//   write_jpeg(*person, "person.jpg");
//
// Callable from any thread. The whole frame's memory stays as long as the part does.
#pragma once

#include "core/result.h"
#include "media/frame.h"

namespace vigil::media {

struct CropRect {
  int left = 0, top = 0, width = 0, height = 0;  // pixels
};

// Of kI420 the left and upper edges move outwards to even pixels, where its chroma begins. Errors: kInvalidArgument (no
// picture, or a part that is empty or does not lie inside it).
core::Result<Frame> crop(const Frame& frame, const CropRect& part);

}  // namespace vigil::media
