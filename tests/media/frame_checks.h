// What media tests ask of frames: a fingerprint of the pixels shown, and whole files read in order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "media/source.h"

namespace vigil::test {

// Everything that two frames must agree in to be the same frame.
struct Seen {
  std::int64_t pts_us = 0;
  std::int64_t duration_us = 0;
  int width_px = 0;
  int height_px = 0;
  std::uint64_t pixels = 0;  // FNV-1a over the rows shown

  bool operator==(const Seen&) const = default;
};

inline void PrintTo(const Seen& seen, std::ostream* out) {
  *out << "{pts " << seen.pts_us << ", for " << seen.duration_us << ", " << seen.width_px << "x" << seen.height_px << ", "
       << seen.pixels << "}";
}

inline Seen look_at(const media::Frame& frame) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const int planes = frame.format() == media::PixelFormat::kI420 ? 3 : 1;
  for (int i = 0; i < planes; ++i) {
    const media::Plane plane = frame.plane(i);
    const int bytes = plane.width_px * (frame.format() == media::PixelFormat::kRgb24 ? 3 : 1);
    for (int y = 0; y < plane.height_px; ++y) {
      const std::uint8_t* row = plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride_bytes;
      for (int x = 0; x < bytes; ++x) hash = (hash ^ row[x]) * 0x100000001b3;
    }
  }
  return {frame.pts().us(), frame.duration().us(), frame.width_px(), frame.height_px(), hash};
}

// Every frame of `source` until its end; a failure of the test where it reports an error.
inline std::vector<Seen> look_at_all(media::Source& source) {
  std::vector<Seen> seen;
  for (;;) {
    const auto frame = source.read();
    if (!frame) {
      ADD_FAILURE() << frame.error().message;
      return seen;
    }
    if (!*frame) return seen;
    seen.push_back(look_at(**frame));
  }
}

inline std::vector<Seen> look_at_file(const std::string& path, media::SourceOptions options = {}) {
  auto source = media::Source::open(path, options);
  if (!source) {
    ADD_FAILURE() << source.error().message;
    return {};
  }
  return look_at_all(**source);
}

}  // namespace vigil::test
