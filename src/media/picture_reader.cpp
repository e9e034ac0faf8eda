#include "media/picture_reader.h"

#include <format>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "media/packet_tap.h"

namespace vigil::media {

using core::ErrorCode;
using core::fail;

core::Result<std::unique_ptr<PictureReader>> PictureReader::open(const MediaInput& input, const SourceOptions& options) {
  auto demuxer = Demuxer::open(input, options);
  if (!demuxer) return std::unexpected(demuxer.error());
  auto decoder = Decoder::open((*demuxer)->stream(), {.name = (*demuxer)->name(),
                                                      .threads = options.decoder_threads,
                                                      .hardware = options.hardware,
                                                      .max_pixels = options.max_pixels});
  if (!decoder) return std::unexpected(decoder.error());
  std::unique_ptr<PictureReader> reader(new PictureReader);
  reader->demuxer_ = std::move(*demuxer);
  reader->decoder_ = std::move(*decoder);
  reader->packet_ = make_av_packet();
  reader->tap_ = options.tap;
  if (reader->tap_) reader->tap_->begin(reader->demuxer_->stream());
  return reader;
}

PictureReader::~PictureReader() {
  if (tap_) tap_->end();
}

core::Result<bool> PictureReader::read(AVFrame& picture) {
  for (;;) {
    if (decoder_->receive(picture)) {
      any_ = true;
      return true;
    }
    if (draining_) {
      if (any_) return false;
      return fail(ErrorCode::kUnreadable, std::format("{}: no picture could be decoded ({} damaged packets)",
                                                      demuxer_->name(), demuxer_->corrupt() + decoder_->corrupt()));
    }
    const auto got = demuxer_->read(*packet_);
    if (!got) return std::unexpected(got.error());
    draining_ = !*got;
    if (tap_ && *got) tap_->packet(*packet_);
    decoder_->send(*got ? packet_.get() : nullptr);
    av_packet_unref(packet_.get());
  }
}

core::Status PictureReader::seek(std::int64_t pts) {
  if (auto moved = demuxer_->seek(pts); !moved) return moved;
  decoder_->flush();
  draining_ = false;
  return {};
}

std::optional<std::int64_t> timestamp_of(const AVFrame& picture) {
  if (picture.pts != AV_NOPTS_VALUE) return picture.pts;
  if (picture.best_effort_timestamp != AV_NOPTS_VALUE) return picture.best_effort_timestamp;
  return std::nullopt;
}

}  // namespace vigil::media
