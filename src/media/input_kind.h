// InputKind: what a user's words for an input mean to FFmpeg: a local file, a network stream, or a camera device. Pure text
// and file status; used only inside this room.
#pragma once

#include <string>

#include "core/result.h"

namespace vigil::media {

struct InputKind {
  std::string ffmpeg_url;  // what avformat opens
  std::string format;      // a demuxer to force ("video4linux2"); empty: by content
  std::string protocols;   // the only protocols that the input, and playlists in it, may use
  bool device = false;
  bool network = false;
  bool live_protocol = false;  // rtsp, rtp, udp, srt, …: no end and no seeking
};

// Errors: kNotFound (no such file), kUnreadable (directory, empty file, no permission), kUnsupported (unknown scheme).
core::Result<InputKind> classify_input(const std::string& url);

}  // namespace vigil::media
