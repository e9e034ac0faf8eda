// Owners of FFmpeg objects, FFmpeg's errors as ours, and FFmpeg's own messages routed to the debug log. Used only inside
// this room; no FFmpeg header is needed to include it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

struct AVBufferRef;
struct AVCodecContext;
struct AVDictionary;
struct AVFormatContext;
struct AVFrame;
struct AVPacket;
struct SwsContext;

namespace vigil::media {

struct AvDeleter {
  void operator()(AVBufferRef* p) const;
  void operator()(AVCodecContext* p) const;
  void operator()(AVFrame* p) const;
  void operator()(AVPacket* p) const;
  void operator()(SwsContext* p) const;
};

template <typename T>
using AvPtr = std::unique_ptr<T, AvDeleter>;

AvPtr<AVFrame> make_av_frame();
AvPtr<AVPacket> make_av_packet();

// Options for avformat and avcodec calls; what a call did not take stays inside and is ignored.
class AvOptions {
 public:
  AvOptions() = default;
  ~AvOptions();
  AvOptions(const AvOptions&) = delete;
  AvOptions& operator=(const AvOptions&) = delete;

  AvOptions& set(const char* key, std::string_view value);
  AvOptions& set(const char* key, std::int64_t value);
  AVDictionary** get() { return &dictionary_; }

 private:
  AVDictionary* dictionary_ = nullptr;
};

// FFmpeg's words for one of its error codes.
std::string av_reason(int code);

// Once per process: FFmpeg's messages go to the debug log instead of standard error, devices are registered.
void init_ffmpeg();

}  // namespace vigil::media
