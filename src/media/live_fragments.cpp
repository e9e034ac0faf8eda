#include "media/live_fragments.h"

#include <algorithm>
#include <cstdint>
#include <format>
#include <mutex>
#include <optional>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "core/check.h"
#include "core/log.h"
#include "media/codec_string.h"
#include "media/fragment_writer.h"
#include "media/header_finder.h"
#include "media/mp4_copy.h"
#include "media/packet_clock.h"
#include "media/packet_tap.h"

namespace vigil::media {
namespace {

using core::MediaTime;

constexpr std::int64_t kLongestFrameUs = 1'000'000;

struct ParametersDeleter {
  void operator()(AVCodecParameters* p) const { avcodec_parameters_free(&p); }
};
using Parameters = std::unique_ptr<AVCodecParameters, ParametersDeleter>;

// `header`: in place of that of `video`, unless it is empty.
Parameters with_header(const AVCodecParameters& video, const std::string& header) {
  Parameters all(avcodec_parameters_alloc());
  VIGIL_CHECK(all && avcodec_parameters_copy(all.get(), &video) >= 0, "out of memory");
  if (header.empty()) return all;
  av_freep(&all->extradata);
  all->extradata = static_cast<std::uint8_t*>(av_mallocz(header.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  VIGIL_CHECK(all->extradata, "out of memory");
  std::ranges::copy(header, all->extradata);
  all->extradata_size = static_cast<int>(header.size());
  return all;
}

std::string why_not(const AVCodecParameters& video) {
  if (plays_in_browsers(video)) return {};
  AVCodecParameters plain = video;
  plain.format = AV_PIX_FMT_YUV420P;
  if (plays_in_browsers(plain)) return "browsers play 8 bits of 4:2:0 only, and the camera sends another depth or sampling";
  return std::format("browsers do not play {}", avcodec_get_name(video.codec_id));
}

}  // namespace

class LiveFragments::Feed : public PacketTap {
 public:
  explicit Feed(LivePieceSink sink) : sink_(std::move(sink)), clock_([this](AVPacket& packet) { take(packet); }) {}

  void begin(const AVStream& stream) override {
    end();
    refuse(why_not(*stream.codecpar));
    if (!refused().empty()) return;
    stream_ = &stream;
    finder_.emplace(*stream.codecpar);
    clock_.begin(stream);
  }
  void packet(const AVPacket& packet) override { clock_.packet(packet); }
  void placed(std::optional<std::int64_t> ticks, MediaTime time) override { clock_.placed(ticks, time); }
  void end() override {
    clock_.end();
    writer_.reset();
    finder_.reset();
    stream_ = nullptr;
  }

  std::string refused() const {
    const std::scoped_lock lock(mutex_);
    return refused_;
  }

 private:
  void refuse(std::string reason) {
    const std::scoped_lock lock(mutex_);
    if (!reason.empty() && reason != refused_) core::log_warning("no live video for browsers: {}", reason);
    refused_ = std::move(reason);
  }

  void take(AVPacket& packet) {
    const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
    // Pictures shown before the first key frame need what is not there.
    if (packet.pts < 0 || (writer_ && !key && packet.pts < begin_us_)) return;
    std::string header = key ? finder_->in(packet) : std::string();
    const bool fell = last_dts_us_ && packet.pts <= *last_dts_us_;
    if (fell || (!header.empty() && header != header_)) writer_.reset();
    if (fell) last_dts_us_.reset();
    const bool first = !writer_;
    if (first && !(key && open(std::move(header)))) return;
    if (first) begin_us_ = packet.pts;
    const MediaTime time = MediaTime::from_us(packet.pts);
    // How long it is shown is known only with the next. Too short would be taken for a gap.
    if (!first) packet.duration = std::max(packet.duration, std::min(packet.dts - given_dts_us_, kLongestFrameUs));
    given_dts_us_ = packet.dts;
    // A file's decoding times begin at zero, and it does not matter what they are as long as they rise up to the picture's.
    packet.dts = std::min(std::max(packet.dts, last_dts_us_ ? *last_dts_us_ + 1 : 0), packet.pts);
    last_dts_us_ = packet.dts;
    auto bytes = writer_->write(packet);
    if (!bytes) {
      core::log_debug("{}", bytes.error().message);
      writer_.reset();
      return;
    }
    sink_(LiveFragment{.bytes = std::make_shared<const std::string>(std::move(*bytes)), .time = time, .key = key});
  }

  bool open(std::string header) {
    const Parameters video = with_header(*stream_->codecpar, header);
    if (video->extradata_size == 0 && video->codec_id != AV_CODEC_ID_VP9) return false;
    auto writer = FragmentWriter::create(*video);
    if (!writer) {
      refuse(writer.error().message);
      clock_.end();
      return false;
    }
    header_ = std::move(header);
    writer_ = std::move(*writer);
    sink_(LiveInit{.bytes = std::make_shared<const std::string>(writer_->init()),
                   .mime = std::format("video/mp4; codecs=\"{}\"", codec_string(writer_->init())),
                   .width_px = video->width,
                   .height_px = video->height});
    return true;
  }

  const LivePieceSink sink_;
  PacketClock clock_;
  const AVStream* stream_ = nullptr;
  std::optional<HeaderFinder> finder_;
  std::unique_ptr<FragmentWriter> writer_;   // null: until a key frame
  std::string header_;                       // found in a packet, that `writer_` was made with
  std::int64_t begin_us_ = 0;                // of its first picture
  std::int64_t given_dts_us_ = 0;            // of the packet before, as it came
  std::optional<std::int64_t> last_dts_us_;  // of it as written, over all connections

  mutable std::mutex mutex_;
  std::string refused_;
};

LiveFragments::LiveFragments(LivePieceSink sink) : feed_(std::make_unique<Feed>(std::move(sink))) { init_ffmpeg(); }
LiveFragments::~LiveFragments() = default;

std::string LiveFragments::refused() const { return feed_->refused(); }
PacketTap& LiveFragments::tap() { return *feed_; }

}  // namespace vigil::media
