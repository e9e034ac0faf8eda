// SegmentWriter: packets of one video stream into a fragmented MP4 that plays at any moment up to its last whole second,
// whatever happens to the process. What LiveRecorder writes with; used only inside this room.
//
//   auto writer = SegmentWriter::create("live-1.mp4", *stream.codecpar);
//   (*writer)->write(packet);
//   if ((*writer)->flushed()) …   // all packets before this one are in the file
//
// One thread at a time. The destructor ends the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/result.h"
#include "media/av.h"

struct AVCodecParameters;

namespace vigil::media {

class SegmentWriter {
 public:
  // Whether MP4 can hold the codec.
  static bool can_hold(const AVCodecParameters& video);

  // Errors: kIo, kUnsupported (the stream's header does not go into an MP4).
  static core::Result<std::unique_ptr<SegmentWriter>> create(const std::filesystem::path& path,
                                                             const AVCodecParameters& video);
  ~SegmentWriter();
  SegmentWriter(const SegmentWriter&) = delete;
  SegmentWriter& operator=(const SegmentWriter&) = delete;

  // Times in microseconds from the segment's first dts; dts rises strictly. `packet` is empty afterwards. Errors: kIo.
  core::Status write(AVPacket& packet);

  bool flushed() const { return flushed_; }
  std::uint64_t bytes() const;  // of the file, so far

 private:
  explicit SegmentWriter(std::filesystem::path path) : path_(std::move(path)) {}
  core::Status open(const AVCodecParameters& video);
  core::Status failure(int code, core::ErrorCode kind) const;

  std::filesystem::path path_;
  AVFormatContext* format_ = nullptr;
  bool started_ = false;  // the header is written
  bool flushed_ = false;
};

}  // namespace vigil::media
