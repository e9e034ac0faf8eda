// PictureReader: demuxer and decoder as one: pictures in order of presentation, straight from the decoder. What Source and
// the sequential way of ClipSampler stand on; used only inside this room. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/result.h"
#include "media/av.h"
#include "media/decoder.h"
#include "media/demuxer.h"

namespace vigil::media {

class PictureReader {
 public:
  // Errors as Source::open.
  static core::Result<std::unique_ptr<PictureReader>> open(const MediaInput& input, const SourceOptions& options);
  ~PictureReader();
  PictureReader(const PictureReader&) = delete;
  PictureReader& operator=(const PictureReader&) = delete;

  // The next picture into `picture`; false at the end. Errors as Source::read.
  core::Result<bool> read(AVFrame& picture);

  // The next read() starts at a key frame shown at or before `pts` (raw ticks). Errors as Demuxer::seek.
  core::Status seek(std::int64_t pts);

  Demuxer& demuxer() { return *demuxer_; }
  const Demuxer& demuxer() const { return *demuxer_; }
  const Decoder& decoder() const { return *decoder_; }

 private:
  PictureReader() = default;

  std::unique_ptr<Demuxer> demuxer_;
  std::unique_ptr<Decoder> decoder_;
  AvPtr<AVPacket> packet_;
  PacketTap* tap_ = nullptr;
  bool draining_ = false;
  bool any_ = false;  // a picture was decoded since open
};

// The picture's own timestamp in raw ticks, or nothing.
std::optional<std::int64_t> timestamp_of(const AVFrame& picture);

}  // namespace vigil::media
