#include "media/source.h"

#include <algorithm>
#include <format>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "core/check.h"
#include "media/converter.h"
#include "media/describe.h"
#include "media/packet_tap.h"
#include "media/picture_reader.h"
#include "media/time_line.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::fail;

constexpr int kLargestSide = 16'384;

core::Status check_size(const OutputSize& size) {
  int smallest = 2;
  int largest = 2;
  if (const auto* fit = std::get_if<FitShortSide>(&size)) smallest = largest = fit->pixels;
  if (const auto* fit = std::get_if<FitLongSide>(&size)) smallest = largest = fit->pixels;
  if (const auto* exact = std::get_if<ExactSize>(&size)) {
    smallest = std::min(exact->width_px, exact->height_px);
    largest = std::max(exact->width_px, exact->height_px);
  }
  if (smallest >= 2 && largest <= kLargestSide) return {};
  return fail(ErrorCode::kInvalidArgument,
              std::format("output size: {} px is outside 2 … {}", smallest < 2 ? smallest : largest, kLargestSide));
}

}  // namespace

core::Status SourceOptions::validate() const {
  if (auto good = check_size(size); !good) return good;
  if (second) {
    if (auto good = check_size(second->size); !good) return good;
  }
  if (decoder_threads < 1 || decoder_threads > 16) {
    return fail(ErrorCode::kInvalidArgument, std::format("decoder_threads: {} is outside 1 … 16", decoder_threads));
  }
  if (open_timeout.us() <= 0 || read_timeout.us() <= 0) {
    return fail(ErrorCode::kInvalidArgument, "open_timeout and read_timeout must be above zero");
  }
  if (max_pixels < 1) return fail(ErrorCode::kInvalidArgument, std::format("max_pixels: {} is below 1", max_pixels));
  return {};
}

struct Source::Impl {
  Impl(std::unique_ptr<PictureReader> opened, std::unique_ptr<Converter> made, std::unique_ptr<Converter> made_second,
       PacketTap* watching)
      : reader(std::move(opened)),
        tap(watching),
        line(reader->demuxer().time_line_options()),
        converter(std::move(made)),
        second(std::move(made_second)),
        picture(make_av_frame()),
        info(describe(reader->demuxer(), *converter, reader->decoder().hardware())) {}

  core::Result<bool> next_picture(core::MediaTime& pts);
  core::Result<std::optional<FrameViews>> give(core::MediaTime pts);

  std::unique_ptr<PictureReader> reader;
  PacketTap* tap;  // may be null
  TimeLine line;
  core::MediaDuration origin;  // time of the first frame; `line` starts at zero
  std::unique_ptr<Converter> converter;
  std::unique_ptr<Converter> second;  // may be null
  AvPtr<AVFrame> picture;
  bool started = false;               // the first picture, which is time zero, was placed
  std::optional<FrameViews> waiting;  // found by seek(), given by the next read()
  SourceInfo info;
  std::uint64_t frames = 0;
};

core::Result<bool> Source::Impl::next_picture(core::MediaTime& pts) {
  const auto got = reader->read(*picture);
  if (!got || !*got) return got;
  const auto ticks = timestamp_of(*picture);
  pts = line.place(ticks, picture->duration) + origin;
  started = true;
  if (tap) tap->placed(ticks, pts);
  return true;
}

core::Result<std::optional<FrameViews>> Source::Impl::give(core::MediaTime pts) {
  const auto duration = picture->duration > 0 ? line.to_duration(picture->duration) : core::MediaDuration();
  FrameViews views;
  if (second) {
    const AvPtr<AVFrame> again = make_av_frame();
    if (av_frame_ref(again.get(), picture.get()) < 0) {
      return fail(ErrorCode::kInternal, std::format("{}: out of memory for pictures", info.name));
    }
    auto frame = second->convert(*again, pts, duration);
    if (!frame) return std::unexpected(frame.error());
    views.second = std::move(*frame);
  }
  auto frame = converter->convert(*picture, pts, duration);
  if (!frame) return std::unexpected(frame.error());
  views.first = std::move(*frame);
  return std::optional(std::move(views));
}

Source::Source(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Source::~Source() = default;

core::Result<std::unique_ptr<Source>> Source::open(const std::string& url, SourceOptions options) {
  return open_input({.url = url, .bytes = {}}, options);
}

core::Result<std::unique_ptr<Source>> Source::open_bytes(std::span<const std::uint8_t> bytes, const std::string& name,
                                                         SourceOptions options) {
  if (bytes.empty()) return fail(ErrorCode::kUnreadable, std::format("{}: empty (0 bytes)", name));
  return open_input({.url = name, .bytes = bytes}, options);
}

core::Result<std::unique_ptr<Source>> Source::open_input(const MediaInput& input, const SourceOptions& options) {
  if (auto good = options.validate(); !good) return std::unexpected(good.error());
  auto reader = PictureReader::open(input, options);
  if (!reader) return std::unexpected(reader.error());
  const Demuxer& demuxer = (*reader)->demuxer();
  auto converter = Converter::create(demuxer.name(), demuxer.stream(), options);
  if (!converter) return std::unexpected(converter.error());
  std::unique_ptr<Converter> second;
  if (options.second) {
    SourceOptions other = options;
    other.size = options.second->size;
    other.format = options.second->format;
    auto made = Converter::create(demuxer.name(), demuxer.stream(), other);
    if (!made) return std::unexpected(made.error());
    second = std::move(*made);
  }
  return std::unique_ptr<Source>(
      new Source(std::make_unique<Impl>(std::move(*reader), std::move(*converter), std::move(second), options.tap)));
}

void Source::begin_at(core::MediaTime time) {
  VIGIL_CHECK(!impl_->started, "times are set before the first frame");
  impl_->origin = time - core::MediaTime();
}

core::Result<std::optional<Frame>> Source::read() {
  auto views = read_views();
  if (!views) return std::unexpected(views.error());
  if (!*views) return std::optional<Frame>();
  return std::optional(std::move((*views)->first));
}

core::Result<std::optional<FrameViews>> Source::read_views() {
  if (impl_->waiting) {
    ++impl_->frames;
    return std::exchange(impl_->waiting, std::nullopt);
  }
  core::MediaTime pts;
  const auto got = impl_->next_picture(pts);
  if (!got) return std::unexpected(got.error());
  if (!*got) return std::optional<FrameViews>();
  auto views = impl_->give(pts);
  if (views) ++impl_->frames;
  return views;
}

core::Status Source::seek(core::MediaTime time) {
  if (!impl_->info.seekable) return fail(ErrorCode::kUnsupported, std::format("{}: not seekable", impl_->info.name));
  impl_->waiting.reset();
  core::MediaTime pts;
  if (!impl_->started) {
    const auto first = impl_->next_picture(pts);
    if (!first) return std::unexpected(first.error());
  }
  if (auto moved = impl_->reader->seek(impl_->line.to_ticks(time - impl_->origin)); !moved) return moved;
  impl_->line.jump();
  do {
    const auto got = impl_->next_picture(pts);
    if (!got) return std::unexpected(got.error());
    if (!*got) return {};
  } while (pts < time);
  auto views = impl_->give(pts);
  if (!views) return std::unexpected(views.error());
  impl_->waiting = std::move(*views);
  return {};
}

const SourceInfo& Source::info() const { return impl_->info; }

SourceStats Source::stats() const {
  const PictureReader& reader = *impl_->reader;
  return SourceStats{.frames = impl_->frames,
                     .corrupt_packets = reader.demuxer().corrupt() + reader.decoder().corrupt(),
                     .concealed_frames = reader.decoder().concealed(),
                     .mended_times = impl_->line.mended()};
}

}  // namespace vigil::media
