#include "pipeline/frame_stage.h"

#include <utility>

#include "media/frame_rate.h"

namespace vigil::pipeline {
namespace {

constexpr std::size_t kItemsAhead = 16;

}  // namespace

FrameStage::FrameStage(std::unique_ptr<media::Source> source, const FramePlan& plan)
    : source_(std::move(source)),
      items_({.capacity = kItemsAhead,
              .when_full = source_->info().live ? core::WhenFull::kDropOldest : core::WhenFull::kBlock}),
      decoder_([this, plan] { decode(plan); }) {}

FrameStage::~FrameStage() { stop(); }

const FrameOutcome& FrameStage::outcome() {
  if (decoder_.joinable()) decoder_.join();
  return outcome_;
}

core::Result<std::optional<media::FrameViews>> FrameStage::read() {
  const core::StageClock clock(outcome_.decode, 1);
  return source_->read_views();
}

void FrameStage::decode(const FramePlan& plan) {
  WindowAssembler assembler(plan.windows);
  std::optional<media::FrameRate> people;
  if (plan.people_fps) people.emplace(*plan.people_fps);
  const auto pass_on = [&](std::vector<AssembledWindow> windows) {
    for (AssembledWindow& window : windows) {
      if (!items_.push(std::move(window))) return false;
    }
    return true;
  };
  for (;;) {
    auto views = read();
    if (!views) outcome_.error = views.error();
    if (!views || !*views) break;
    if (!pass_on(assembler.push((*views)->first))) break;
    if (people && people->due((*views)->second.pts()) && !items_.push(std::move((*views)->second))) break;
  }
  pass_on(assembler.finish());
  outcome_.stats = source_->stats();
  outcome_.stream_end = assembler.stream_end();
  items_.close();
  outcome_.dropped = items_.dropped();
}

}  // namespace vigil::pipeline
