#include "media/clip_writer.h"

#include <algorithm>
#include <array>
#include <format>
#include <optional>
#include <utility>

#include "core/atomic_file.h"
#include "media/mask_painter.h"
#include "media/recolor.h"
#include "media/source.h"
#include "media/stream_copy.h"
#include "media/video_encoder.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::fail;
using core::MediaTime;

core::Result<WrittenClip> reencode(const std::string& source, MediaTime from, MediaTime to,
                                   const std::filesystem::path& target, const ClipOptions& options) {
  // Even sides, as H.264 wants them.
  constexpr int kLongestSide = 4096;
  auto opened = Source::open(source, {.size = FitLongSide{kLongestSide}, .stop = options.stop});
  if (!opened) return std::unexpected(opened.error());
  Source& input = **opened;
  if (input.info().seekable && from > MediaTime()) {
    if (auto moved = input.seek(from); !moved) return std::unexpected(moved.error());
  }
  std::unique_ptr<VideoEncoder> encoder;
  WrittenClip clip{.begin = from, .end = from, .reencoded = true};
  for (;;) {
    const auto got = input.read();
    if (!got) return std::unexpected(got.error());
    if (!*got || (*got)->pts() >= to) break;
    const Frame& frame = **got;
    if (frame.pts() < from) continue;
    if (!encoder) {
      clip.begin = frame.pts();
      auto made = VideoEncoder::create(
          target, {.width_px = frame.width_px(), .height_px = frame.height_px(), .matrix = frame.matrix()});
      if (!made) return std::unexpected(made.error());
      encoder = std::move(*made);
    }
    auto picture = to_yuv420p(frame, Range::kStudio);
    if (!picture) return std::unexpected(picture.error());
    paint_mask(**picture, options.mask, Range::kStudio);
    const MediaTime shifted = MediaTime() + (frame.pts() - clip.begin);
    if (auto written = encoder->write(**picture, shifted, frame.duration()); !written)
      return std::unexpected(written.error());
    clip.end = frame.pts() + frame.duration();
  }
  if (!encoder) {
    return fail(ErrorCode::kInvalidArgument, std::format("{}: no frame between {} and {}", input.info().name,
                                                         core::format_clock(from), core::format_clock(to)));
  }
  if (auto finished = encoder->finish(); !finished) return std::unexpected(finished.error());
  return clip;
}

core::Result<WrittenClip> write_clip(const std::string& source, MediaTime from, MediaTime to,
                                     const std::filesystem::path& target, const ClipOptions& options) {
  if (options.mask.regions.empty()) {
    auto copied = copy_stream(source, from, to, target, options.stop);
    if (!copied) return std::unexpected(copied.error());
    if (*copied) return **copied;
  }
  return reencode(source, from, to, target, options);
}

}  // namespace

core::Result<WrittenClip> cut_clip(const std::string& source, const ClipRange& range, const std::filesystem::path& target,
                                   const ClipOptions& options) {
  if (range.end <= range.begin || range.pre_roll.us() < 0 || range.post_roll.us() < 0) {
    return fail(ErrorCode::kInvalidArgument, std::format("{}: cannot cut {} … {}", source, core::format_clock(range.begin),
                                                         core::format_clock(range.end)));
  }
  const MediaTime from = std::max(MediaTime(), range.begin - range.pre_roll);
  const MediaTime to = range.end < MediaTime::max() - range.post_roll ? range.end + range.post_roll : MediaTime::max();
  const std::filesystem::path draft = core::temporary_path(target);
  auto clip = write_clip(source, from, to, draft, options);
  if (!clip) {
    std::error_code ignored;
    std::filesystem::remove(draft, ignored);
    return clip;
  }
  if (auto committed = core::commit_file(draft, target); !committed) return std::unexpected(committed.error());
  return clip;
}

}  // namespace vigil::media
