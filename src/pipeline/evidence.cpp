#include "pipeline/evidence.h"

#include <format>
#include <memory>
#include <optional>

#include "media/clip_writer.h"
#include "media/image_file.h"
#include "pipeline/event_names.h"

namespace vigil::pipeline {
namespace {

constexpr int kPosterLongSide = 1280;
constexpr int kStripLongSide = 320;

// Opened once, then searched: the first frame at or after a time.
class FrameFinder {
 public:
  static core::Result<FrameFinder> open(const EvidenceSource& source, int long_side_px) {
    media::SourceOptions options{.size = media::FitLongSide{long_side_px}, .stop = source.stop};
    auto opened = media::Source::open(source.input, options);
    if (!opened) return std::unexpected(opened.error());
    return FrameFinder(std::move(*opened));
  }

  core::Result<media::Frame> at(core::MediaTime time) {
    if (auto found = source_->seek(time); !found) return std::unexpected(found.error());
    auto frame = source_->read();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) {
      return core::fail(core::ErrorCode::kNotFound,
                        std::format("no frame at {} in {}", core::format_clock(time), source_->info().name));
    }
    return std::move(**frame);
  }

 private:
  explicit FrameFinder(std::unique_ptr<media::Source> source) : source_(std::move(source)) {}
  std::unique_ptr<media::Source> source_;
};

core::Result<PictureEvidence> keep_picture(FrameFinder& finder, core::MediaTime time, const AnalysisFiles& files,
                                           const media::PrivacyMask& mask, std::string name) {
  auto frame = finder.at(time);
  if (!frame) return std::unexpected(frame.error());
  if (auto written = media::write_jpeg(*frame, files.path(name), {.mask = mask}); !written) {
    return std::unexpected(written.error());
  }
  return PictureEvidence{.file = std::move(name), .time = frame->pts()};
}

core::Result<PictureEvidence> keep_poster(const EvidenceSource& source, core::MediaTime time, const AnalysisFiles& files,
                                          std::string name) {
  auto finder = FrameFinder::open(source, kPosterLongSide);
  if (!finder) return std::unexpected(finder.error());
  return keep_picture(*finder, time, files, source.mask, std::move(name));
}

}  // namespace

core::Status collect_evidence(const EvidenceSource& source, const AnalysisOptions& options, const AnalysisFiles& files,
                              EventRecord& record) {
  core::Status written;
  const auto keep = [&](const core::Error& error) {
    if (written && error.code == core::ErrorCode::kIo) written = std::unexpected(error);
  };
  if (source.info.live) {
    record.notes.push_back("the stream is live and not stored, so there is no clip and no picture");
    return written;
  }
  const core::Event& event = record.event;
  const std::string clip_name = numbered_event(event.id).clip();
  const media::ClipRange range{
      .begin = event.begin, .end = event.end, .pre_roll = options.pre_roll, .post_roll = options.post_roll};
  if (auto clip = media::cut_clip(source.input, range, files.path(clip_name), {.mask = source.mask, .stop = source.stop})) {
    record.clip = {.file = clip_name, .begin = clip->begin, .end = clip->end, .reencoded = clip->reencoded};
  } else {
    record.notes.push_back("no clip: " + clip.error().message);
    keep(clip.error());
  }
  if (auto poster = keep_poster(source, event.first_violent, files, numbered_event(event.id).poster())) {
    record.poster = std::move(*poster);
  } else {
    record.notes.push_back("no picture: " + poster.error().message);
    keep(poster.error());
  }
  return written;
}

std::vector<PictureEvidence> collect_strip(const EvidenceSource& source, core::MediaDuration length, int count,
                                           const AnalysisFiles& files) {
  std::vector<PictureEvidence> strip;
  if (source.info.live || !source.info.seekable) return strip;
  auto finder = FrameFinder::open(source, kStripLongSide);
  if (!finder) return strip;
  for (int i = 0; i < count; ++i) {
    const core::MediaTime time = core::MediaTime() + length * (2 * i + 1) / (2 * count);
    if (!strip.empty() && time <= strip.back().time) continue;
    auto picture =
        keep_picture(*finder, time, files, source.mask, AnalysisFiles::strip_name(static_cast<int>(strip.size()) + 1));
    if (picture) strip.push_back(std::move(*picture));
  }
  return strip;
}

}  // namespace vigil::pipeline
