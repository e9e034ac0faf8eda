// A stage for tests of what runs on cameras and uploads: people are white squares, violence is a black upper left corner,
// and whoever is in the upper half of the picture then takes part in it. Networks that see so, and videos that show it.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "station/networks.h"

#include "pipeline/clip_scorer.h"
#include "pipeline/walking_finder.h"

namespace vigil::test {

class StagedScorer : public pipeline::ClipScorer {
 public:
  // window_takes: to score one, as on a slow machine.
  explicit StagedScorer(std::chrono::milliseconds window_takes = {});

  const vision::ClipClassifierInfo& info() const override { return info_; }
  core::Result<std::vector<double>> score(const std::vector<vision::FrameWindow>& windows) override;
  core::Result<std::vector<vision::SceneScore>> judge(const std::vector<vision::SceneWindow>& windows) override;
  std::string person_model() const override { return "upper half"; }

 private:
  vision::ClipClassifierInfo info_;
  std::chrono::milliseconds window_takes_;
};

// Windows of a second, quick events.
core::Result<station::Networks> staged_networks();
// The same on a machine where each window takes so long.
core::Result<station::Networks> slow_networks(std::chrono::milliseconds window_takes);

struct StagedVideo {
  double seconds = 12;
  std::string fight = "between(t,4,7)";  // when there is violence, as ffmpeg's expression of t; "0": never
  std::string codec = "-c:v libx264 -preset ultrafast -g 25 -bf 2";
  std::string name = "staged.mp4";
};

// 320 × 240, 25 frames a second; two people above, one below.
std::filesystem::path staged_video(const StagedVideo& video = {});

}  // namespace vigil::test
