// The codecs parameter of a MIME type (RFC 6381), by which browsers tell whether they can play an MP4. Used only inside this
// room.
#pragma once

#include <string>
#include <string_view>

namespace vigil::media {

// Of the video in this init ("avc1.640028", "hvc1.1.6.L93.B0", "av01.0.04M.08", "vp09.00.10.08"); empty: none of these.
std::string codec_string(std::string_view init);

}  // namespace vigil::media
