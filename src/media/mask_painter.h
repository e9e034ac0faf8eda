// A PrivacyMask painted onto an FFmpeg picture. Used only inside this room. Callable from any thread.
#pragma once

#include "media/av.h"
#include "media/privacy_mask.h"
#include "media/recolor.h"

namespace vigil::media {

// Of yuv420p, a chroma sample is painted over as soon as one of its four pixels is. Requires a writable picture: yuv420p,
// rgb24 or gray8.
void paint_mask(AVFrame& picture, const PrivacyMask& mask, Range range);

}  // namespace vigil::media
