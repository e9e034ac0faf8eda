#include "pipeline/frame_stage.h"

#include <utility>

namespace vigil::pipeline {
namespace {

constexpr std::size_t kWindowsAhead = 4;

}  // namespace

FrameStage::FrameStage(std::unique_ptr<media::Source> source, WindowPlan plan)
    : source_(std::move(source)), windows_({.capacity = kWindowsAhead}), decoder_([this, plan] { decode(plan); }) {}

FrameStage::~FrameStage() { stop(); }

const FrameOutcome& FrameStage::outcome() {
  if (decoder_.joinable()) decoder_.join();
  return outcome_;
}

void FrameStage::decode(WindowPlan plan) {
  WindowAssembler assembler(plan);
  const auto pass_on = [&](std::vector<AssembledWindow> windows) {
    for (AssembledWindow& window : windows) {
      if (!windows_.push(std::move(window))) return false;
    }
    return true;
  };
  for (;;) {
    auto frame = source_->read();
    if (!frame) outcome_.error = frame.error();
    if (!frame || !*frame) break;
    if (!pass_on(assembler.push(**frame))) break;
  }
  pass_on(assembler.finish());
  outcome_.stats = source_->stats();
  outcome_.stream_end = assembler.stream_end();
  windows_.close();
}

}  // namespace vigil::pipeline
