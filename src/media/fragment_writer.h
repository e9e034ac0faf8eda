// FragmentWriter: packets of one video stream → the bytes of a fragmented MP4 in memory: an init, then one fragment (moof
// and mdat) for each packet. What LiveFragments writes with; used only inside this room.
//
//   auto writer = FragmentWriter::create(parameters);
//   send((*writer)->init());
//   send(*(*writer)->write(packet));
//
// One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "media/av.h"

struct AVCodecParameters;

namespace vigil::media {

class FragmentWriter {
 public:
  // `video` holds the parameter sets, in either form. Errors: kUnsupported (they do not go into an MP4).
  static core::Result<std::unique_ptr<FragmentWriter>> create(const AVCodecParameters& video);
  ~FragmentWriter();
  FragmentWriter(const FragmentWriter&) = delete;
  FragmentWriter& operator=(const FragmentWriter&) = delete;

  const std::string& init() const { return init_; }

  // Times in microseconds are kept as they are: dts from zero, strictly rising, never after pts; the duration may be a
  // guess. Errors: kUnreadable.
  core::Result<std::string> write(AVPacket& packet);

 private:
  FragmentWriter() = default;
  core::Status open(const AVCodecParameters& video);

  AVFormatContext* format_ = nullptr;
  std::string init_;
};

}  // namespace vigil::media
