// What Source and ClipSampler say of an open input. Used only inside this room.
#pragma once

#include "media/converter.h"
#include "media/demuxer.h"
#include "media/source.h"

namespace vigil::media {

SourceInfo describe(const Demuxer& demuxer, const Converter& converter, bool hardware);

}  // namespace vigil::media
