// vision's ClipClassifier as a ClipScorer; apart from it, so that the line can be built without networks.
#include <utility>

#include "pipeline/clip_scorer.h"

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

std::unique_ptr<ClipScorer> classifier_scorer(std::unique_ptr<vision::ClipClassifier> classifier) {
  return std::make_unique<ClassifierScorer>(std::move(classifier));
}

}  // namespace vigil::pipeline
