#include "media/clip_sampler.h"

#include <algorithm>
#include <array>
#include <format>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "core/check.h"
#include "core/log.h"
#include "media/converter.h"
#include "media/describe.h"
#include "media/packet_index.h"
#include "media/picture_reader.h"
#include "media/time_line.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::fail;
using core::MediaDuration;
using core::MediaTime;

using Chosen = std::map<int, Frame>;  // by place in order of presentation

// How far back decoding starts when a frame did not come out from its own key frame (gradual refresh, damage).
constexpr std::array kKeysEarlier = {0, 1, 8, std::numeric_limits<int>::max()};

}  // namespace

std::vector<int> uniform_indices(int total, int count) {
  VIGIL_CHECK(total >= 1 && count >= 1, "at least one of at least one");
  std::vector<int> indices;
  indices.reserve(static_cast<std::size_t>(count));
  const std::int64_t steps = std::max(count - 1, 1);
  for (int i = 0; i < count; ++i) indices.push_back(static_cast<int>(static_cast<std::int64_t>(i) * (total - 1) / steps));
  return indices;
}

struct ClipSampler::Impl {
  core::Status open();
  core::Status index_by_decoding();
  core::Status open_reader();
  void note_time(MediaTime time, MediaDuration length);

  core::Result<Chosen> choose(const std::vector<int>& frames);
  core::Result<Chosen> choose_sequentially(const std::vector<int>& frames);
  core::Status decode_range(PacketRange range, const std::vector<int>& frames, bool skip, Chosen& chosen);
  core::Status take(const std::vector<int>& frames, Chosen& chosen);
  core::Result<std::vector<Frame>> give(const std::function<std::vector<int>()>& find_places);
  int place_shown_at(MediaTime time) const;
  std::pair<int, int> places_within(MediaTime begin, MediaTime end) const;  // the first, and how many

  MediaInput input;
  SourceOptions options;
  SourceInfo info;
  std::vector<MediaTime> times;
  MediaDuration duration;
  std::unique_ptr<Converter> converter;
  AvPtr<AVFrame> picture = make_av_frame();
  AvPtr<AVPacket> packet = make_av_packet();

  // By packet index, where it can be trusted …
  std::optional<PacketIndex> index;
  std::unique_ptr<Demuxer> demuxer;
  std::unique_ptr<Decoder> decoder;

  // … else sequentially.
  std::unique_ptr<PictureReader> reader;
  int next = 0;  // place of the picture that reader gives next
};

void ClipSampler::Impl::note_time(MediaTime time, MediaDuration length) {
  times.push_back(time);
  duration = time + length - MediaTime();
}

core::Status ClipSampler::Impl::open() {
  auto opened = Demuxer::open(input, options, {.probe_codec = false});
  if (!opened) return std::unexpected(opened.error());
  demuxer = std::move(*opened);
  auto built = PacketIndex::build(*demuxer);
  if (!built) return std::unexpected(built.error());
  index = std::move(*built);
  if (!index) return index_by_decoding();

  TimeLine line(demuxer->time_line_options());
  for (const int number : index->shown()) {
    const PacketEntry& entry = index->packets()[static_cast<std::size_t>(number)];
    note_time(line.place(entry.pts, entry.duration), line.to_duration(std::max<std::int64_t>(entry.duration, 0)));
  }
  if (line.mended() > 0) return index_by_decoding();

  auto made = Decoder::open(demuxer->stream(), {.name = demuxer->name(),
                                                .threads = options.decoder_threads,
                                                .hardware = options.hardware,
                                                .max_pixels = options.max_pixels});
  if (!made) return std::unexpected(made.error());
  decoder = std::move(*made);
  auto conversion = Converter::create(demuxer->name(), demuxer->stream(), options);
  if (!conversion) return std::unexpected(conversion.error());
  converter = std::move(*conversion);
  info = describe(*demuxer, *converter, decoder->hardware());
  return {};
}

core::Status ClipSampler::Impl::open_reader() {
  auto opened = PictureReader::open(input, options);
  if (!opened) return std::unexpected(opened.error());
  reader = std::move(*opened);
  next = 0;
  return {};
}

core::Status ClipSampler::Impl::index_by_decoding() {
  index.reset();
  decoder.reset();
  demuxer.reset();
  times.clear();
  if (auto opened = open_reader(); !opened) return opened;
  const Demuxer& source = reader->demuxer();
  core::log_debug("{}: frames are found by decoding: the packets do not tell them", source.name());
  TimeLine line(source.time_line_options());
  for (;;) {
    const auto got = reader->read(*picture);
    if (!got) return std::unexpected(got.error());
    if (!*got) break;
    const std::int64_t length = std::max<std::int64_t>(picture->duration, 0);
    note_time(line.place(timestamp_of(*picture), length), line.to_duration(length));
  }
  auto conversion = Converter::create(source.name(), source.stream(), options);
  if (!conversion) return std::unexpected(conversion.error());
  converter = std::move(*conversion);
  info = describe(source, *converter, reader->decoder().hardware());
  return open_reader();
}

core::Status ClipSampler::Impl::take(const std::vector<int>& frames, Chosen& chosen) {
  const auto place = picture->pts == AV_NOPTS_VALUE ? std::nullopt : index->frame_at(picture->pts);
  if (!place || !std::ranges::binary_search(frames, *place) || chosen.contains(*place)) return {};
  const MediaTime time = times[static_cast<std::size_t>(*place)];
  const auto length = core::MediaDuration::from_us(
      picture->duration > 0 ? av_rescale_q(picture->duration, demuxer->stream().time_base, {1, 1'000'000}) : 0);
  auto frame = converter->convert(*picture, time, length);
  if (!frame) return std::unexpected(frame.error());
  chosen.emplace(*place, std::move(*frame));
  return {};
}

core::Status ClipSampler::Impl::decode_range(PacketRange range, const std::vector<int>& frames, bool skip, Chosen& chosen) {
  const auto& packets = index->packets();
  if (auto moved = demuxer->seek(packets[static_cast<std::size_t>(range.first)].pts); !moved) return moved;
  decoder->flush();
  const auto drain = [&]() -> core::Status {
    while (decoder->receive(*picture)) {
      if (auto taken = take(frames, chosen); !taken) return taken;
    }
    return {};
  };
  for (int number = -1; number < range.last;) {
    const auto got = demuxer->read(*packet);
    if (!got) return std::unexpected(got.error());
    if (!*got) break;
    number = packet->pts == AV_NOPTS_VALUE ? number : index->packet_at(packet->pts).value_or(number);
    if (number < range.first) continue;
    if (number > range.last) break;
    const auto place = index->frame_at(packet->pts);
    decoder->skip_unreferenced(skip && !(place && std::ranges::binary_search(frames, *place)));
    decoder->send(packet.get());
    if (auto drained = drain(); !drained) return drained;
  }
  decoder->send(nullptr);
  return drain();
}

core::Result<Chosen> ClipSampler::Impl::choose_sequentially(const std::vector<int>& frames) {
  Chosen chosen;
  if (frames.front() < next) {
    if (auto opened = open_reader(); !opened) return std::unexpected(opened.error());
  }
  for (const int frame : frames) {
    for (bool found = false; !found; ++next) {
      const auto got = reader->read(*picture);
      if (!got) return std::unexpected(got.error());
      if (!*got) return fail(ErrorCode::kUnreadable, std::format("{}: changed while it was read", info.name));
      found = next == frame;
    }
    const std::int64_t length = std::max<std::int64_t>(picture->duration, 0);
    auto converted = converter->convert(
        *picture, times[static_cast<std::size_t>(frame)],
        MediaDuration::from_us(av_rescale_q(length, reader->demuxer().stream().time_base, {1, 1'000'000})));
    if (!converted) return std::unexpected(converted.error());
    chosen.emplace(frame, std::move(*converted));
  }
  return chosen;
}

// `frames` rises strictly. Frames that would not come out are missing in the answer.
core::Result<Chosen> ClipSampler::Impl::choose(const std::vector<int>& frames) {
  if (!index) return choose_sequentially(frames);
  Chosen chosen;
  for (const int keys_earlier : kKeysEarlier) {
    std::vector<int> missing;
    std::ranges::copy_if(frames, std::back_inserter(missing), [&](int frame) { return !chosen.contains(frame); });
    if (missing.empty()) break;
    for (const PacketRange& range : index->plan(missing, keys_earlier)) {
      if (auto decoded = decode_range(range, missing, keys_earlier == 0, chosen); !decoded) {
        return std::unexpected(decoded.error());
      }
    }
  }
  return chosen;
}

core::Result<std::vector<Frame>> ClipSampler::Impl::give(const std::function<std::vector<int>()>& find_places) {
  std::vector<int> places = find_places();
  std::vector<int> distinct = places;
  const auto repeated = std::ranges::unique(distinct);
  distinct.erase(repeated.begin(), repeated.end());
  if (distinct.empty()) return std::vector<Frame>();
  auto chosen = choose(distinct);
  if (!chosen) return std::unexpected(chosen.error());
  if (index && chosen->size() < distinct.size()) {
    // A packet gave no frame: damage that the index does not show. What decoding gives is what there is.
    if (auto indexed = index_by_decoding(); !indexed) return std::unexpected(indexed.error());
    return give(find_places);
  }
  std::vector<Frame> frames;
  for (const int place : places) frames.push_back(chosen->at(place));
  return frames;
}

int ClipSampler::Impl::place_shown_at(MediaTime time) const {
  const auto after = std::ranges::upper_bound(times, time);
  return std::max(static_cast<int>(after - times.begin()) - 1, 0);
}

std::pair<int, int> ClipSampler::Impl::places_within(MediaTime begin, MediaTime end) const {
  const int first = static_cast<int>(std::ranges::lower_bound(times, begin) - times.begin());
  return {first, static_cast<int>(std::ranges::lower_bound(times, end) - times.begin()) - first};
}

ClipSampler::ClipSampler(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClipSampler::~ClipSampler() = default;

core::Result<std::unique_ptr<ClipSampler>> ClipSampler::open(const std::string& path, ClipSamplerOptions options) {
  return open_input({.url = path, .bytes = {}}, options);
}

core::Result<std::unique_ptr<ClipSampler>> ClipSampler::open_bytes(std::span<const std::uint8_t> bytes,
                                                                   const std::string& name, ClipSamplerOptions options) {
  if (bytes.empty()) return fail(ErrorCode::kUnreadable, std::format("{}: empty (0 bytes)", name));
  return open_input({.url = name, .bytes = bytes}, options);
}

core::Result<std::unique_ptr<ClipSampler>> ClipSampler::open_input(MediaInput input, const ClipSamplerOptions& options) {
  if (auto good = options.source.validate(); !good) return std::unexpected(good.error());
  auto impl = std::make_unique<Impl>();
  impl->input = std::move(input);
  impl->options = options.source;
  if (auto opened = impl->open(); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<ClipSampler>(new ClipSampler(std::move(impl)));
}

const std::vector<MediaTime>& ClipSampler::times() const { return impl_->times; }
MediaDuration ClipSampler::duration() const { return impl_->duration; }
const SourceInfo& ClipSampler::info() const { return impl_->info; }

core::Result<std::vector<Frame>> ClipSampler::sample(MediaTime begin, MediaTime end, int count) {
  if (count < 1 || end < begin) {
    return fail(ErrorCode::kInvalidArgument, std::format("{}: {} frames of {} … {} cannot be sampled", impl_->info.name,
                                                         count, core::format_clock(begin), core::format_clock(end)));
  }
  return impl_->give([&] {
    const auto [first, total] = impl_->places_within(begin, end);
    std::vector<int> places(static_cast<std::size_t>(count), impl_->place_shown_at(begin));
    if (total > 0) {
      places = uniform_indices(total, count);
      for (int& place : places) place += first;
    }
    return places;
  });
}

core::Result<std::vector<Frame>> ClipSampler::sample_at(const std::vector<MediaTime>& times) {
  if (!std::ranges::is_sorted(times)) {
    return fail(ErrorCode::kInvalidArgument, std::format("{}: the times asked for must not fall", impl_->info.name));
  }
  return impl_->give([&] {
    std::vector<int> places;
    for (const MediaTime time : times) places.push_back(impl_->place_shown_at(time));
    return places;
  });
}

core::Result<std::vector<Frame>> ClipSampler::all(MediaTime begin, MediaTime end) {
  return impl_->give([&] {
    const auto [first, total] = impl_->places_within(begin, std::max(begin, end));
    std::vector<int> places(static_cast<std::size_t>(total));
    std::iota(places.begin(), places.end(), first);
    return places;
  });
}

}  // namespace vigil::media
