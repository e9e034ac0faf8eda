#include "pipeline/live_frames.h"

#include <utility>

#include "media/frame_rate.h"

namespace vigil::pipeline {
LiveFrames::LiveFrames(const FramePlan& plan) : plan_(plan), assembler_(plan.windows) {}

core::Result<std::unique_ptr<LiveFrames>> LiveFrames::create(const std::string& url, media::LiveSourceOptions options,
                                                             const FramePlan& plan, media::StreamSink sink) {
  std::unique_ptr<LiveFrames> frames(new LiveFrames(plan));
  const std::stop_token outside = options.source.stop;
  options.source.stop = frames->stop_.get_token();
  auto source = media::LiveSource::create(url, std::move(options),
                                          [self = frames.get(), sink = std::move(sink)](const media::StreamChange& change) {
                                            if (change.state == media::StreamState::kLost)
                                              self->pass_on(self->assembler_.finish());
                                            if (change.state != media::StreamState::kConnected)
                                              self->assembler_ = WindowAssembler(self->plan_.windows);
                                            if (sink) sink(change);
                                          });
  if (!source) return std::unexpected(source.error());
  frames->source_ = std::move(*source);
  frames->reader_ = std::jthread([self = frames.get(), outside] {
    const std::stop_callback pass_on(outside, [self] { self->stop_.request_stop(); });
    self->read();
  });
  return frames;
}

LiveFrames::~LiveFrames() { stop_.request_stop(); }

std::optional<core::Error> LiveFrames::wait() {
  if (reader_.joinable()) reader_.join();
  return error_;
}

void LiveFrames::pass_on(std::vector<AssembledWindow> windows) {
  for (AssembledWindow& window : windows) items_.push(std::move(window));
}

void LiveFrames::read() {
  std::optional<media::FrameRate> people;
  if (plan_.people_fps) people.emplace(*plan_.people_fps);
  std::uint64_t repeats = 0;
  for (;;) {
    auto views = source_->read_views();
    if (!views) error_ = views.error();
    if (!views || !*views) break;
    ++frames_;
    if (repeats != source_->repeats()) {
      repeats = source_->repeats();
      pass_on(assembler_.finish());
      assembler_ = WindowAssembler(plan_.windows);
    }
    pass_on(assembler_.push((*views)->first));
    if (people && people->due((*views)->second.pts())) items_.push(std::move((*views)->second));
  }
  pass_on(assembler_.finish());
  items_.close();
}

}  // namespace vigil::pipeline
