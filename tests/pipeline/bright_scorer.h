// A stand-in for the classifier whose verdict a test can work out: violence is brightness. The score of a window is the
// share of its frames that are white; videos for it come from bright_video().
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/clip_scorer.h"

namespace vigil::test {

struct BrightScorerOptions {
  int frames = 16;
  std::chrono::milliseconds delay{0};  // of each batch, for tests that interrupt
};

class BrightScorer : public pipeline::ClipScorer {
 public:
  explicit BrightScorer(BrightScorerOptions options = {});

  const vision::ClipClassifierInfo& info() const override { return info_; }
  core::Result<std::vector<double>> score(const std::vector<vision::FrameWindow>& windows) override;

  int windows_scored() const { return windows_scored_; }

 private:
  BrightScorerOptions options_;
  vision::ClipClassifierInfo info_;
  int windows_scored_ = 0;
};

struct BrightVideo {
  double seconds = 12;
  std::string white =
      "0";  // when the picture is white, as ffmpeg's expression of t: "between(t,4,8)"; else it is a moving pattern
  std::string rate = "25";
  std::string name = "bright.mp4";
  std::string codec = "-c:v libx264 -preset ultrafast -g 50";
};

// Made with the ffmpeg program, 160 × 120.
std::filesystem::path bright_video(const BrightVideo& video);

}  // namespace vigil::test
