#include "media/describe.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace vigil::media {

SourceInfo describe(const Demuxer& demuxer, const Converter& converter, bool hardware) {
  return SourceInfo{.name = demuxer.name(),
                    .container = demuxer.container(),
                    .codec = avcodec_get_name(demuxer.stream().codecpar->codec_id),
                    .width_px = converter.shown().width_px,
                    .height_px = converter.shown().height_px,
                    .frame_width_px = converter.size().width_px,
                    .frame_height_px = converter.size().height_px,
                    .frame_rate = demuxer.frame_rate(),
                    .duration = demuxer.duration(),
                    .live = demuxer.live(),
                    .seekable = demuxer.seekable(),
                    .hardware = hardware};
}

}  // namespace vigil::media
