// ClipScorer: what the analysis asks of a classifier; vision's ClipClassifier behind it, or a fake one in tests.
//
//   auto scorer = classifier_scorer(std::move(classifier));
//   auto scores = scorer->score(windows);
//
// One thread at a time. The same windows give the same scores, bit for bit.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "vision/clip_classifier.h"

namespace vigil::pipeline {

class ClipScorer {
 public:
  virtual ~ClipScorer() = default;

  virtual const vision::ClipClassifierInfo& info() const = 0;

  // One probability in [0, 1] per window of info().frames frames. Errors: kInternal.
  virtual core::Result<std::vector<double>> score(const std::vector<vision::FrameWindow>& windows) = 0;

  // One probability per window, and one per person in it. A scorer that knows nothing of people gives score() and judges
  // nobody. Errors: kInternal.
  virtual core::Result<std::vector<vision::SceneScore>> judge(const std::vector<vision::SceneWindow>& windows);

  // The name of the model that judges people; empty: none does.
  virtual std::string person_model() const { return {}; }
};

std::unique_ptr<ClipScorer> classifier_scorer(std::unique_ptr<vision::ClipClassifier> classifier);

}  // namespace vigil::pipeline
