#include "pipeline/clip_scorer.h"

#include <utility>

namespace vigil::pipeline {
namespace {

class ClassifierScorer : public ClipScorer {
 public:
  explicit ClassifierScorer(std::unique_ptr<vision::ClipClassifier> classifier) : classifier_(std::move(classifier)) {}

  const vision::ClipClassifierInfo& info() const override { return classifier_->info(); }

  core::Result<std::vector<double>> score(const std::vector<vision::FrameWindow>& windows) override {
    return classifier_->classify(windows);
  }

  core::Result<std::vector<vision::SceneScore>> judge(const std::vector<vision::SceneWindow>& windows) override {
    return classifier_->judge(windows);
  }

  std::string person_model() const override { return classifier_->person_model(); }

 private:
  std::unique_ptr<vision::ClipClassifier> classifier_;
};

}  // namespace

core::Result<std::vector<vision::SceneScore>> ClipScorer::judge(const std::vector<vision::SceneWindow>& windows) {
  std::vector<vision::FrameWindow> frames;
  for (const vision::SceneWindow& window : windows) frames.push_back(window.frames);
  auto scores = score(frames);
  if (!scores) return std::unexpected(scores.error());
  std::vector<vision::SceneScore> scenes;
  for (const double each : *scores) scenes.push_back({.scene = each, .people = {}});
  return scenes;
}

std::unique_ptr<ClipScorer> classifier_scorer(std::unique_ptr<vision::ClipClassifier> classifier) {
  return std::make_unique<ClassifierScorer>(std::move(classifier));
}

}  // namespace vigil::pipeline
