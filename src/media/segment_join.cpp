#include "media/segment_join.h"

#include <algorithm>
#include <format>
#include <limits>
#include <span>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "core/atomic_file.h"
#include "media/mp4_copy.h"

namespace vigil::media {
namespace {

namespace fs = std::filesystem;
using core::MediaDuration;
using core::MediaTime;

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr auto kGapWorthANote = MediaDuration::from_us(1'000'000);

bool same_form(const AVCodecParameters& a, const AVCodecParameters& b) {
  const std::span<const std::uint8_t> head_a(a.extradata, static_cast<std::size_t>(a.extradata_size));
  const std::span<const std::uint8_t> head_b(b.extradata, static_cast<std::size_t>(b.extradata_size));
  return a.codec_id == b.codec_id && a.width == b.width && a.height == b.height && std::ranges::equal(head_a, head_b);
}

MediaTime last_key_at_or_before(const Segment& segment, MediaTime time) {
  const auto after = std::ranges::upper_bound(segment.keys, time);
  return after == segment.keys.begin() ? segment.begin : *(after - 1);
}

// The stretch as it is written, segment by segment.
class Joined {
 public:
  Joined(const fs::path& draft, MediaTime begin, MediaTime to) : copy_(draft), begin_(begin), last_end_(begin), to_(to) {}

  // False where the segment has another form than those before it.
  core::Result<bool> add(const HeldSegment& held, const ClipOptions& options) {
    auto opened = Demuxer::open({.url = held.file->path().string(), .bytes = {}}, {.stop = options.stop});
    if (!opened) return std::unexpected(opened.error());
    Demuxer& input = **opened;
    if (!first_) {
      if (auto ready = copy_.open(input); !ready) return std::unexpected(ready.error());
    } else if (!same_form(*first_->stream().codecpar, *input.stream().codecpar)) {
      return false;
    }
    note_gap(held.segment);
    if (auto copied = copy_packets(input, held.segment); !copied) return std::unexpected(copied.error());
    if (!first_) first_ = std::move(*opened);
    return true;
  }

  core::Status finish() { return copy_.finish(); }

  bool plays() const { return plays_in_browsers(*first_->stream().codecpar); }
  MediaTime end() const { return last_end_; }
  std::vector<std::string>& notes() { return notes_; }

 private:
  void note_gap(const Segment& segment) {
    if (!first_ || segment.begin - last_end_ < kGapWorthANote) return;
    notes_.push_back(std::format("nothing was recorded from {} to {}; the last picture before stands",
                                 core::format_clock(last_end_), core::format_clock(segment.begin)));
  }

  core::Status copy_packets(Demuxer& input, const Segment& segment) {
    const AvPtr<AVPacket> packet = make_av_packet();
    const AVRational base = input.stream().time_base;
    for (;;) {
      const auto got = input.read(*packet);
      if (!got) return std::unexpected(got.error());
      if (!*got) return {};
      if (packet->dts == AV_NOPTS_VALUE || packet->pts == AV_NOPTS_VALUE) continue;
      av_packet_rescale_ts(packet.get(), base, kMicroseconds);
      const MediaTime pts = segment.first_dts + MediaDuration::from_us(packet->pts);
      const MediaTime dts = segment.first_dts + MediaDuration::from_us(packet->dts);
      if (dts >= to_) return {};
      // Pictures before the first key frame need what is not there.
      if (pts < begin_) continue;
      packet->pts = (pts - begin_).us();
      packet->dts = std::max((dts - begin_).us(), last_dts_us_ + 1);
      packet->pts = std::max(packet->pts, packet->dts);
      last_dts_us_ = packet->dts;
      last_end_ = std::max(last_end_, pts + MediaDuration::from_us(packet->duration));
      if (auto written = copy_.write(*packet, kMicroseconds); !written) return written;
    }
  }

  Mp4Copy copy_;
  MediaTime begin_;
  MediaTime last_end_;
  MediaTime to_;
  std::unique_ptr<Demuxer> first_;  // what the clip's header says
  std::int64_t last_dts_us_ = std::numeric_limits<std::int64_t>::min() / 2;
  std::vector<std::string> notes_;
};

}  // namespace

core::Result<RecordedClip> join_segments(const std::vector<HeldSegment>& segments, MediaTime from, MediaTime to,
                                         const fs::path& target, const ClipOptions& options) {
  const MediaTime begin = last_key_at_or_before(segments.front().segment, from);
  Joined joined(target, begin, to);
  for (const HeldSegment& held : segments) {
    const auto added = joined.add(held, options);
    if (!added) return std::unexpected(added.error());
    if (*added) continue;
    joined.notes().push_back(
        std::format("the stream changed its format at {}, where the clip ends", core::format_clock(held.segment.begin)));
    break;
  }
  if (auto finished = joined.finish(); !finished) return std::unexpected(finished.error());
  RecordedClip result{.clip = {.begin = begin, .end = joined.end()}, .notes = std::move(joined.notes())};
  if (joined.plays() && options.mask.regions.empty()) return result;

  const fs::path raw = target.parent_path() / (".raw" + target.filename().string());
  std::error_code failed;
  fs::rename(target, raw, failed);
  auto encoded = cut_clip(raw.string(), {.begin = MediaTime(), .end = MediaTime::max(), .pre_roll = {}, .post_roll = {}},
                          target, options);
  fs::remove(raw, failed);
  if (!encoded) return std::unexpected(encoded.error());
  result.clip.reencoded = true;
  return result;
}

}  // namespace vigil::media
