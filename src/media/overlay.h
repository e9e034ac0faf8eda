// Overlay: an Annotation drawn onto a yuv420p picture, in proportion to its size. Used only inside this room.
#pragma once

#include "media/annotated_writer.h"
#include "media/av.h"

namespace vigil::media {

// Draws the marks, then labels on readable boxes from the top left, the score as a bar along the bottom edge with a tick at
// the threshold, and a border when the score is at or above it. Requires a writable yuv420p picture of even size.
void draw_annotation(AVFrame& picture, const Annotation& annotation);

}  // namespace vigil::media
