// VideoEncoder: pictures with times to an H.264 MP4 (libx264, yuv420p) that every browser plays. What AnnotatedWriter and
// the re-encoding way of cut_clip stand on; used only inside this room.
//
// Times are kept to the microsecond. While it is written the file is a fragmented MP4 that plays up to its last fragment;
// finish() turns it into a plain one. One thread at a time.
#pragma once

#include <filesystem>
#include <memory>

#include "core/result.h"
#include "core/time.h"
#include "media/av.h"
#include "media/frame.h"

namespace vigil::media {

struct VideoEncoderOptions {
  int width_px = 0;  // even
  int height_px = 0;
  int quality = 23;  // constant rate factor, 0–51
  ColorMatrix matrix = ColorMatrix::kBt601;
  bool full_range = false;
};

class VideoEncoder {
 public:
  // Errors: kInvalidArgument (size, quality), kIo, kUnsupported (no libx264).
  static core::Result<std::unique_ptr<VideoEncoder>> create(const std::filesystem::path& path, VideoEncoderOptions options);
  ~VideoEncoder();
  VideoEncoder(const VideoEncoder&) = delete;
  VideoEncoder& operator=(const VideoEncoder&) = delete;

  // `picture` is yuv420p of the size given; its pts, later than the one before, is set here. Errors: kIo.
  core::Status write(AVFrame& picture, core::MediaTime pts, core::MediaDuration duration);

  // Errors: kIo; kInvalidArgument when nothing was written.
  core::Status finish();

 private:
  explicit VideoEncoder(std::filesystem::path path) : path_(std::move(path)) {}
  core::Status open(const VideoEncoderOptions& options);
  core::Status send(const AVFrame* picture);
  core::Status failure(int code, std::string_view what) const;

  std::filesystem::path path_;
  AvPtr<AVCodecContext> encoder_;
  AVFormatContext* format_ = nullptr;
  AvPtr<AVPacket> packet_;
  std::int64_t last_pts_us_ = -1;
};

}  // namespace vigil::media
