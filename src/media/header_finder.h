// HeaderFinder: the parameter sets that come with the key frames of a stream, for cameras that change them or send them
// nowhere else. Used only inside this room.
//
//   HeaderFinder finder(*stream.codecpar);
//   std::string sets = finder.in(packet);   // empty: none in this packet
//
// One thread at a time.
#pragma once

#include <string>

#include "media/av.h"

struct AVBSFContext;
struct AVCodecParameters;

namespace vigil::media {

class HeaderFinder {
 public:
  explicit HeaderFinder(const AVCodecParameters& video);
  ~HeaderFinder();
  HeaderFinder(const HeaderFinder&) = delete;
  HeaderFinder& operator=(const HeaderFinder&) = delete;

  // In the form of AVCodecParameters::extradata.
  std::string in(const AVPacket& packet);

 private:
  AVBSFContext* filter_ = nullptr;  // null: the packets of this stream hold none
};

}  // namespace vigil::media
