// Decoder: compressed packets in, decoded pictures out, in order of presentation. Software, or a device when asked and
// present. Used only inside this room.
//
//   decoder->send(packet);                          // nullptr: no more packets, drain
//   while (auto got = decoder->receive(*picture)) …  // a picture; otherwise more packets are needed, or all are out
//
// One thread at a time; inside, FFmpeg uses `threads`. What the decoder refuses is skipped and counted.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"
#include "media/av.h"

struct AVStream;

namespace vigil::media {

struct DecoderOptions {
  std::string name;  // for messages
  int threads = 1;
  bool hardware = false;
  std::int64_t max_pixels = 0;
};

class Decoder {
 public:
  // Errors: kUnsupported (no decoder for the codec), kUnreadable (its set-up data is damaged).
  static core::Result<std::unique_ptr<Decoder>> open(const AVStream& stream, const DecoderOptions& options);

  // False when the packet was refused; it is counted. A null packet starts draining.
  bool send(const AVPacket* packet);

  // The next picture in order of presentation, in main memory. False when there is none now.
  bool receive(AVFrame& picture);

  // Forgets everything; after a seek, or to go on after draining.
  void flush();

  // Packets sent from now on may be left out where no other picture refers to them (where the codec allows it exactly).
  void skip_unreferenced(bool skip);

  bool hardware() const { return device_ != nullptr; }
  std::uint64_t corrupt() const { return corrupt_; }
  std::uint64_t concealed() const { return concealed_; }

 private:
  Decoder() = default;
  void attach_device(const AVStream& stream, const std::string& name);

  AvPtr<AVBufferRef> device_;
  AvPtr<AVCodecContext> context_;
  AvPtr<AVFrame> on_device_;
  bool may_skip_ = false;
  std::uint64_t corrupt_ = 0;
  std::uint64_t concealed_ = 0;
};

}  // namespace vigil::media
