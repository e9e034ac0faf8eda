// What two models say of windows that neither was trained on → one calibrated probability (vision/scene_fusion.h), and the
// honest figures of either and of both.
//
//   auto fused = cross_validate_fusion(*clip_recipe, *person_recipe, *dataset, {.folds = 5, .seeds = {1, 2, 3}, .out =
//   "runs/fuse"}); fused->both.seed_auc->mean;      // out of fold save(fused->fusion);
//
// For each seed and fold both recipes are trained without the fold's clips and groups, and then asked about them. The fusion
// that a fold is measured with is fitted on what was said so of the other folds' clips: five numbers that never see the fold
// they are measured on. The fusion that is served is fitted on all of them. Clips count alike however many windows they
// have. Runs lie in out/clip and out/person as learn/cross_validation.h says. Blocks. Free of torch.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/result.h"
#include "learn/cross_validation.h"
#include "vision/scene_fusion.h"

namespace vigil::learn {

// What is said of one window.
struct WindowOpinion {
  double clip_logit = 0;
  std::optional<double> people_logit;  // of the people together; nothing where nobody is
};

struct ClipOpinion {
  ClipItem clip;
  std::vector<WindowOpinion> windows;  // one or more
};

// Weighted logistic regressions with a little L2 penalty; where there are no windows of a kind, its weights stay as they are
// by default.
vision::SceneFusion fit_fusion(std::span<const ClipOpinion> clips);

// The mean over the clip's windows, [0, 1].
double fused_probability(const vision::SceneFusion& fusion, const ClipOpinion& clip);

struct FusionFigures {
  CrossValidation clip, people, both;
  vision::SceneFusion fusion;                     // fitted on every clip, all seeds together
  std::vector<vision::SceneFusion> fold_fusions;  // that each of both.folds was measured with
};

// `options.fold_done` is called for the runs of both recipes. Errors: as cross_validate(); kInvalidArgument where the
// recipes are not of a clip network on window features and a network on people.
core::Result<FusionFigures> cross_validate_fusion(const Recipe& clip_recipe, const Recipe& person_recipe,
                                                  const ClipDataset& dataset, const CrossValidationOptions& options);

}  // namespace vigil::learn
