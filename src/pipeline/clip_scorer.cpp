#include "pipeline/clip_scorer.h"

namespace vigil::pipeline {

core::Result<std::vector<vision::SceneScore>> ClipScorer::judge(const std::vector<vision::SceneWindow>& windows) {
  std::vector<vision::FrameWindow> frames;
  for (const vision::SceneWindow& window : windows) frames.push_back(window.frames);
  auto scores = score(frames);
  if (!scores) return std::unexpected(scores.error());
  std::vector<vision::SceneScore> scenes;
  for (const double each : *scores) scenes.push_back({.scene = each, .people = {}});
  return scenes;
}

}  // namespace vigil::pipeline
