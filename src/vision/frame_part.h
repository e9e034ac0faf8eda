// FramePart: what a network is shown of a frame: all of it, or a tile. Free of torch.
#pragma once

#include "media/frame.h"
#include "vision/letterbox.h"

namespace vigil::vision {

struct FramePart {
  const media::Frame* frame = nullptr;
  PixelRect part;
};

}  // namespace vigil::vision
