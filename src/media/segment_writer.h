// SegmentWriter: packets of one video stream into a fragmented MP4 that plays at any moment up to its last whole second,
// whatever happens to the process. What SegmentFeed writes with; used only inside this room.
//
//   auto writer = SegmentWriter::create("live-1.mp4", *stream.codecpar);
//   (*writer)->write(packet);
//   if ((*writer)->flushed()) …   // all packets before this one are in the file
//
// One thread at a time. The destructor ends the file where finish() did not.
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

  // Ends the file: all that was written is in it. Nothing may be written afterwards. Errors: kIo.
  core::Status finish();

  bool flushed() const { return flushed_; }
  std::uint64_t bytes() const { return bytes_; }  // of the file, so far

 private:
  explicit SegmentWriter(std::filesystem::path path) : path_(std::move(path)) {}
  core::Status open(const AVCodecParameters& video);
  void count_bytes();
  core::Status failure(int code, core::ErrorCode kind) const;

  std::filesystem::path path_;
  AVFormatContext* format_ = nullptr;
  bool started_ = false;  // the header is written, and the end is not
  bool flushed_ = false;
  std::uint64_t bytes_ = 0;
};

}  // namespace vigil::media
