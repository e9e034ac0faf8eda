#include "media/annotated_writer.h"

#include <format>
#include <optional>
#include <utility>

#include "core/atomic_file.h"
#include "media/mask_painter.h"
#include "media/overlay.h"
#include "media/recolor.h"
#include "media/video_encoder.h"

namespace vigil::media {

using core::ErrorCode;
using core::fail;

struct AnnotatedWriter::Impl {
  core::Status start(ColorMatrix matrix);
  core::Status check(const Frame& frame) const;

  std::filesystem::path target;
  AnnotatedWriterOptions options;
  std::unique_ptr<VideoEncoder> encoder;
  ColorMatrix matrix = ColorMatrix::kBt601;  // that encoder was told
  std::optional<core::MediaTime> last;
};

core::Status AnnotatedWriter::Impl::start(ColorMatrix wanted) {
  auto made = VideoEncoder::create(
      core::temporary_path(target),
      {.width_px = options.width_px, .height_px = options.height_px, .quality = options.quality, .matrix = wanted});
  if (!made) return std::unexpected(made.error());
  encoder = std::move(*made);
  matrix = wanted;
  return {};
}

core::Status AnnotatedWriter::Impl::check(const Frame& frame) const {
  if (!frame.valid() || frame.width_px() != options.width_px || frame.height_px() != options.height_px) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{}: a frame of {}×{} was given to a video of {}×{}", target.string(),
                            frame.valid() ? frame.width_px() : 0, frame.valid() ? frame.height_px() : 0, options.width_px,
                            options.height_px));
  }
  if (frame.pts() < core::MediaTime() || (last && frame.pts() <= *last)) {
    return fail(ErrorCode::kInvalidArgument, std::format("{}: the frame at {} is not later than the one before",
                                                         target.string(), core::format_clock(frame.pts())));
  }
  return {};
}

AnnotatedWriter::AnnotatedWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AnnotatedWriter::~AnnotatedWriter() = default;

core::Result<std::unique_ptr<AnnotatedWriter>> AnnotatedWriter::create(const std::filesystem::path& target,
                                                                       AnnotatedWriterOptions options) {
  auto impl = std::make_unique<Impl>();
  impl->target = target;
  impl->options = std::move(options);
  if (auto started = impl->start(ColorMatrix::kBt601); !started) return std::unexpected(started.error());
  return std::unique_ptr<AnnotatedWriter>(new AnnotatedWriter(std::move(impl)));
}

core::Status AnnotatedWriter::write(const Frame& frame, const Annotation& annotation) {
  if (auto good = impl_->check(frame); !good) return good;
  if (!impl_->last && frame.matrix() != impl_->matrix) {
    if (auto started = impl_->start(frame.matrix()); !started) return started;
  }
  auto picture = to_yuv420p(frame, Range::kStudio);
  if (!picture) return std::unexpected(picture.error());
  paint_mask(**picture, impl_->options.mask, Range::kStudio);
  draw_annotation(**picture, annotation);
  impl_->last = frame.pts();
  return impl_->encoder->write(**picture, frame.pts(), frame.duration());
}

core::Status AnnotatedWriter::finish() {
  if (auto finished = impl_->encoder->finish(); !finished) return finished;
  return core::commit_file(core::temporary_path(impl_->target), impl_->target);
}

}  // namespace vigil::media
