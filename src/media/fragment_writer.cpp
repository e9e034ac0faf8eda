#include "media/fragment_writer.h"

#include <algorithm>
#include <cstdint>
#include <format>
#include <string_view>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

#include "core/check.h"
#include "media/mp4_copy.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::fail;

constexpr AVRational kMicroseconds{1, 1'000'000};

// What is written to `format` between construction and take().
class Catch {
 public:
  explicit Catch(AVFormatContext& format) : format_(format) {
    VIGIL_CHECK(avio_open_dyn_buf(&format_.pb) >= 0, "out of memory");
  }
  ~Catch() { take(); }
  Catch(const Catch&) = delete;
  Catch& operator=(const Catch&) = delete;

  std::string take() {
    if (!format_.pb) return {};
    std::uint8_t* bytes = nullptr;
    const int size = avio_close_dyn_buf(std::exchange(format_.pb, nullptr), &bytes);
    std::string taken(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    av_free(bytes);
    return taken;
  }

 private:
  AVFormatContext& format_;
};

// Puts the length of the one sample into the fragment's track header: after the version, flags and the track's number.
void set_length(std::string& fragment, std::int64_t us) {
  constexpr std::string_view kHeader = "tfhd";
  constexpr std::size_t kBefore = kHeader.size() + 8;
  constexpr unsigned kHasLength = 0x08;
  const auto at = fragment.find(kHeader);
  if (at == std::string::npos || at + kBefore + 4 > fragment.size()) return;
  if (!(static_cast<unsigned char>(fragment[at + kHeader.size() + 3]) & kHasLength)) return;
  const auto length = static_cast<std::uint32_t>(std::clamp<std::int64_t>(us, 0, INT32_MAX));
  for (std::size_t i = 0; i < 4; ++i) fragment[at + kBefore + i] = static_cast<char>(length >> (24 - 8 * i));
}

}  // namespace

core::Result<std::unique_ptr<FragmentWriter>> FragmentWriter::create(const AVCodecParameters& video) {
  std::unique_ptr<FragmentWriter> writer(new FragmentWriter);
  if (auto opened = writer->open(video); !opened) return std::unexpected(opened.error());
  return writer;
}

FragmentWriter::~FragmentWriter() { avformat_free_context(format_); }

core::Status FragmentWriter::open(const AVCodecParameters& video) {
  const int made = avformat_alloc_output_context2(&format_, nullptr, "mp4", nullptr);
  VIGIL_CHECK(made >= 0, "FFmpeg writes MP4");
  AVStream* stream = avformat_new_stream(format_, nullptr);
  VIGIL_CHECK(stream, "out of memory");
  avcodec_parameters_copy(stream->codecpar, &video);
  stream->codecpar->codec_tag = mp4_tag_for_browsers(video);
  stream->time_base = kMicroseconds;
  stream->sample_aspect_ratio = video.sample_aspect_ratio;
  // Nothing may shift the times: neither the muxer nor an edit list.
  format_->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
  AvOptions options;
  options.set("movflags", "+empty_moov+default_base_moof+frag_custom").set("use_editlist", 0);
  options.set("video_track_timescale", 1'000'000);
  Catch caught(*format_);
  const int code = avformat_write_header(format_, options.get());
  init_ = caught.take();
  if (code >= 0) return {};
  return fail(ErrorCode::kUnsupported,
              std::format("this {} stream does not go into an MP4: {}", avcodec_get_name(video.codec_id), av_reason(code)));
}

core::Result<std::string> FragmentWriter::write(AVPacket& packet) {
  packet.stream_index = 0;
  packet.pos = -1;
  av_packet_rescale_ts(&packet, kMicroseconds, format_->streams[0]->time_base);
  // Otherwise the time would be what the lengths before add up to. Nor is a packet let through before the one before it has
  // ended, and how long that would last was a guess.
  av_opt_set(format_->priv_data, "movflags", "+frag_discont", 0);
  const std::int64_t length = std::exchange(packet.duration, 0);
  Catch caught(*format_);
  int code = av_write_frame(format_, &packet);
  if (code >= 0) code = av_write_frame(format_, nullptr);
  if (code < 0) return fail(ErrorCode::kUnreadable, std::format("a picture does not go into an MP4: {}", av_reason(code)));
  std::string fragment = caught.take();
  set_length(fragment, length);
  return fragment;
}

}  // namespace vigil::media
