#include "pipeline/annotate.h"

#include <format>
#include <memory>
#include <optional>

#include "behavior/score_smoother.h"
#include "media/annotated_writer.h"
#include "media/source.h"
#include "pipeline/people_overlay.h"
#include "pipeline/score_log.h"

namespace vigil::pipeline {
namespace {

constexpr int kLongSide = 1280;

// Follows the scores in step with the frames.
class ScoreCursor {
 public:
  explicit ScoreCursor(ScoreReader reader) : reader_(std::move(reader)), shown_(reader_.next()), next_(reader_.next()) {}

  std::optional<double> at(core::MediaTime time) {
    while (next_ && behavior::middle(*next_) <= time) {
      shown_ = next_;
      next_ = reader_.next();
    }
    return shown_ ? std::optional(shown_->score) : std::nullopt;
  }

 private:
  ScoreReader reader_;
  std::optional<core::ScoredWindow> shown_;
  std::optional<core::ScoredWindow> next_;
};

media::Tone tone_of(double score, const behavior::EventDetectorOptions& thresholds) {
  if (score >= thresholds.threshold_on) return media::Tone::kAlert;
  return score >= thresholds.threshold_off ? media::Tone::kWarn : media::Tone::kNeutral;
}

// "event 3", "event 4: zone entrance".
std::string label_of(const core::Event& event) {
  if (event.kind == core::kViolence) return std::format("event {}", event.id);
  return std::format("event {}: {}{}{}", event.id, event.kind, event.zone.empty() ? "" : " ", event.zone);
}

media::Tone tone_of(const core::Event& event) {
  return event.kind == core::kViolence ? media::Tone::kAlert : media::Tone::kWarn;
}

media::Annotation annotation_at(core::MediaTime time, std::optional<double> score, const AnalysisRecord& record) {
  const behavior::EventDetectorOptions& thresholds = record.options.detector;
  media::Annotation annotation{.labels = {{core::format_clock(time)}}, .score = score, .threshold = thresholds.threshold_on};
  if (score) annotation.labels.push_back({std::format("violence {:.2f}", *score), tone_of(*score, thresholds)});
  for (const EventRecord& event : record.events) {
    if (time >= event.event.begin && time < event.event.end) {
      annotation.labels.push_back({label_of(event.event), tone_of(event.event)});
    }
  }
  return annotation;
}

}  // namespace

core::Status annotate_video(const AnnotateRequest& request, const AnalysisRecord& record) {
  auto reader = ScoreReader::open(request.scores);
  if (!reader) return std::unexpected(reader.error());
  ScoreCursor scores(std::move(*reader));
  const media::SourceOptions options{
      .size = media::FitLongSide{kLongSide}, .decoder_threads = record.options.decoder_threads, .stop = request.stop};
  auto source = media::Source::open(request.input, options);
  if (!source) return std::unexpected(source.error());

  std::optional<PeopleOverlay> people;
  std::unique_ptr<media::AnnotatedWriter> writer;
  for (;;) {
    auto frame = (*source)->read();
    if (!frame && (!writer || frame.error().code == core::ErrorCode::kCancelled)) return std::unexpected(frame.error());
    if (!frame || !*frame) break;
    if (!writer) {
      auto created = media::AnnotatedWriter::create(
          request.target, {.width_px = (*frame)->width_px(), .height_px = (*frame)->height_px(), .mask = request.mask});
      if (!created) return std::unexpected(created.error());
      writer = std::move(*created);
      if (!request.tracks.empty()) {
        auto tracks = PeopleReader::open(request.tracks);
        if (!tracks) return std::unexpected(tracks.error());
        people.emplace(std::move(*tracks), static_cast<double>((*frame)->width_px()) / record.source.width_px);
      }
    }
    const core::MediaTime time = (*frame)->pts();
    media::Annotation annotation = annotation_at(time, scores.at(time), record);
    if (people) people->draw(time, annotation);
    if (auto written = writer->write(**frame, annotation); !written) return written;
    if (request.progress) {
      request.progress({.done = time.seconds(), .total = video_length(record).seconds(), .unit = "s", .note = "annotating"});
    }
  }
  return writer ? writer->finish() : core::Status();
}

}  // namespace vigil::pipeline
