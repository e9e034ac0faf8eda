#include "media/av.h"

#include <cstdarg>
#include <mutex>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavdevice/avdevice.h>
#include <libavformat/avformat.h>
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

#include "core/check.h"
#include "core/log.h"

namespace vigil::media {
namespace {

void forward_log(void* context, int level, const char* format, va_list args) {
  if (level > AV_LOG_ERROR) return;
  char line[512];
  int print_prefix = 1;
  av_log_format_line2(context, level, format, args, line, sizeof line, &print_prefix);
  std::string_view text(line);
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  core::log_debug("ffmpeg: {}", text);
}

}  // namespace

void AvDeleter::operator()(AVBufferRef* p) const { av_buffer_unref(&p); }
void AvDeleter::operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
void AvDeleter::operator()(AVFrame* p) const { av_frame_free(&p); }
void AvDeleter::operator()(AVPacket* p) const { av_packet_free(&p); }
void AvDeleter::operator()(SwsContext* p) const { sws_freeContext(p); }

AvPtr<AVFrame> make_av_frame() {
  AvPtr<AVFrame> frame(av_frame_alloc());
  VIGIL_CHECK(frame, "out of memory");
  return frame;
}

AvPtr<AVPacket> make_av_packet() {
  AvPtr<AVPacket> packet(av_packet_alloc());
  VIGIL_CHECK(packet, "out of memory");
  return packet;
}

AvOptions::~AvOptions() { av_dict_free(&dictionary_); }

AvOptions& AvOptions::set(const char* key, std::string_view value) {
  av_dict_set(&dictionary_, key, std::string(value).c_str(), 0);
  return *this;
}

AvOptions& AvOptions::set(const char* key, std::int64_t value) {
  av_dict_set_int(&dictionary_, key, value, 0);
  return *this;
}

std::string av_reason(int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return text;
}

void init_ffmpeg() {
  static std::once_flag once;
  std::call_once(once, [] {
    av_log_set_callback(&forward_log);
    avdevice_register_all();
  });
}

}  // namespace vigil::media
