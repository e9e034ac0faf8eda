#include "media/stream_copy.h"

#include <algorithm>
#include <format>
#include <limits>
#include <map>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "media/demuxer.h"
#include "media/mp4_copy.h"
#include "media/picture_reader.h"
#include "media/time_line.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::fail;
using core::MediaTime;

// The time line of a source, anchored at its first shown picture.
core::Result<TimeLine> anchored_line(const std::string& source, const SourceOptions& options) {
  auto reader = PictureReader::open({.url = source, .bytes = {}}, options);
  if (!reader) return std::unexpected(reader.error());
  TimeLine line((*reader)->demuxer().time_line_options());
  const AvPtr<AVFrame> first = make_av_frame();
  const auto got = (*reader)->read(*first);
  if (!got) return std::unexpected(got.error());
  line.place(timestamp_of(*first), first->duration);
  return line;
}

struct Stretch {
  std::int64_t from = 0;  // ticks of the video stream: the first frame's pts
  std::int64_t to = 0;
  std::int64_t last_end = 0;  // end of the last frame copied
};

core::Status copy_packets(Demuxer& input, Mp4Copy& copy, Stretch& stretch) {
  const AvPtr<AVPacket> packet = make_av_packet();
  const AVRational video_base = input.stream().time_base;
  bool started = false;
  std::int64_t last_shown = std::numeric_limits<std::int64_t>::min();  // pts
  std::map<int, std::int64_t> last_dts;
  for (;;) {
    const auto got = input.read(*packet);
    if (!got) return std::unexpected(got.error());
    if (!*got) return {};
    if (!copy.holds(packet->stream_index) || packet->dts == AV_NOPTS_VALUE || packet->pts == AV_NOPTS_VALUE) continue;
    const bool video = packet->stream_index == input.stream().index;
    const AVRational base = input.format().streams[packet->stream_index]->time_base;
    if (video && !started) {
      stretch.from = packet->pts;
      started = true;
    }
    if (!started) continue;
    const std::int64_t begin = av_rescale_q(stretch.from, video_base, base);
    const std::int64_t end = av_rescale_q(stretch.to, video_base, base);
    // Past the end, only pictures shown before one that was already copied still belong to the clip.
    if (video && packet->dts >= std::max(end, last_shown)) return {};
    if (video && packet->dts >= end && packet->pts > last_shown) continue;
    // Pictures that lead the first key frame need what was cut away; sound outside of the clip is none of it.
    if (packet->pts < begin || (!video && packet->pts >= end)) continue;
    const auto [before, fresh] = last_dts.try_emplace(packet->stream_index, packet->dts);
    if (!fresh && packet->dts <= before->second) continue;
    before->second = packet->dts;
    if (video) {
      last_shown = std::max(last_shown, packet->pts);
      stretch.last_end = std::max(stretch.last_end, packet->pts + packet->duration);
    }
    packet->pts -= begin;
    packet->dts -= begin;
    if (auto written = copy.write(*packet, base); !written) return written;
  }
}

}  // namespace

core::Result<std::optional<WrittenClip>> copy_stream(const std::string& source, MediaTime from, MediaTime to,
                                                     const std::filesystem::path& target, std::stop_token stop) {
  const SourceOptions options{.stop = std::move(stop)};
  auto opened = Demuxer::open({.url = source, .bytes = {}}, options, {.all_streams = true});
  if (!opened) return std::unexpected(opened.error());
  Demuxer& input = **opened;
  if (!plays_in_browsers(*input.stream().codecpar) || !input.seekable()) return std::nullopt;
  auto line = anchored_line(source, options);
  if (!line) return std::unexpected(line.error());
  if (line->mended() > 0) return std::nullopt;

  const std::int64_t origin = line->to_ticks(MediaTime());
  Stretch stretch{
      .from = line->to_ticks(from), .to = line->to_ticks(to), .last_end = std::numeric_limits<std::int64_t>::min()};
  const auto time_of = [&](std::int64_t ticks) { return MediaTime() + line->to_duration(ticks - origin); };
  if (auto moved = input.seek(stretch.from); !moved) return std::unexpected(moved.error());
  Mp4Copy copy(target);
  if (auto ready = copy.open(input); !ready) return std::unexpected(ready.error());
  if (auto copied = copy_packets(input, copy, stretch); !copied) return std::unexpected(copied.error());
  if (stretch.last_end < line->to_ticks(from)) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{}: ends at {}, before {}", input.name(), core::format_clock(time_of(stretch.last_end)),
                            core::format_clock(from)));
  }
  if (auto finished = copy.finish(); !finished) return std::unexpected(finished.error());
  return WrittenClip{.begin = time_of(stretch.from), .end = time_of(stretch.last_end), .reencoded = false};
}

}  // namespace vigil::media
