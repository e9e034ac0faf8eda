#include "learn/scene_fusion_fitting.h"

#include <algorithm>
#include <format>
#include <iterator>

#include <torch/torch.h>

#include "learn/clip_division.h"
#include "learn/clip_sources.h"
#include "nets/people_net.h"
#include "vision/clip_model.h"

namespace vigil::learn {
namespace {

using core::Result;
using torch::Tensor;

constexpr double kPenalty = 1e-2;  // of the weights' squares; keeps them finite where classes part cleanly

// Logistic regression by Newton's method. x: [N, K] float64, the last column ones and not penalised; y, weight: [N] → [K].
Tensor fit_logistic(const Tensor& x, const Tensor& y, const Tensor& weight) {
  constexpr int kSteps = 30;
  Tensor penalty = torch::full({x.size(1)}, kPenalty, torch::kFloat64);
  penalty[-1] = 1e-9;
  Tensor beta = torch::zeros({x.size(1)}, torch::kFloat64);
  for (int step = 0; step < kSteps; ++step) {
    const Tensor p = torch::sigmoid(x.mv(beta));
    const Tensor gradient = x.t().mv(weight * (p - y)) + penalty * beta;
    const Tensor hessian = x.t().mm(x * (weight * p * (1 - p)).unsqueeze(1)) + torch::diag(penalty);
    beta = beta - torch::linalg_solve(hessian, gradient);
  }
  return beta;
}

struct Columns {
  std::vector<double> clip, people, label, weight;

  void add(const WindowOpinion& window, int of_label, double of_weight) {
    clip.push_back(window.clip_logit);
    people.push_back(window.people_logit.value_or(0));
    label.push_back(of_label);
    weight.push_back(of_weight);
  }
  bool both_classes() const {
    return std::ranges::find(label, 0.0) != label.end() && std::ranges::find(label, 1.0) != label.end();
  }
};

Tensor column(const std::vector<double>& values) { return torch::tensor(values, torch::kFloat64); }

// Every window of the clips as both models see it.
Result<std::vector<ClipOpinion>> opinions_of(const std::filesystem::path& clip_weights,
                                             const std::filesystem::path& person_weights, const ClipSet& clips,
                                             const CrossValidationOptions& options) {
  const torch::InferenceMode inference;
  const auto clip_model = vision::load_clip_model(clip_weights);
  if (!clip_model) return std::unexpected(clip_model.error());
  const auto person_model = vision::load_clip_model(person_weights);
  if (!person_model) return std::unexpected(person_model.error());
  const auto rows_of = [&](nets::ClipNet& net) {
    return make_eval_table(net, clips, {.files = options.files, .stop = options.stop, .progress = options.progress});
  };
  const auto pictures = rows_of(*clip_model->net);
  if (!pictures) return std::unexpected(pictures.error());
  const auto people = rows_of(*person_model->net);
  if (!people) return std::unexpected(people.error());
  std::vector<ClipOpinion> opinions;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    const Tensor said = clip_model->net->forward(pictures->of(i).plain).to(torch::kFloat64);
    const Tensor bags = people->of(i).plain;
    const Tensor pooled = person_model->net->forward(bags).to(torch::kFloat64);
    const Tensor anybody = (bags.select(2, 0) == nets::kSomebody).any(1);
    ClipOpinion opinion{.clip = clips.get(i), .windows = {}};
    for (std::int64_t w = 0; w < said.size(0); ++w) {
      const bool someone = anybody[w].item<bool>();
      opinion.windows.push_back({.clip_logit = said[w].item<double>(),
                                 .people_logit = someone ? std::optional(pooled[w].item<double>()) : std::nullopt});
    }
    opinions.push_back(std::move(opinion));
  }
  return opinions;
}

ScoredFold scored(const std::vector<ClipOpinion>& fold, const vision::SceneFusion& fusion, const FoldFigures& of) {
  ScoredFold out{.seed = of.seed, .fold = of.fold, .train_clips = of.train_clips, .epochs = of.epochs, .clips = {}};
  for (const ClipOpinion& clip : fold) {
    out.clips.push_back({.clip = clip.clip, .probability = fused_probability(fusion, clip)});
  }
  return out;
}

std::vector<ClipOpinion> joined(const std::vector<std::vector<ClipOpinion>>& folds, std::size_t without) {
  std::vector<ClipOpinion> out;
  for (std::size_t i = 0; i < folds.size(); ++i) {
    if (i != without) std::ranges::copy(folds[i], std::back_inserter(out));
  }
  return out;
}

}  // namespace

vision::SceneFusion fit_fusion(std::span<const ClipOpinion> clips) {
  Columns with_people, alone;
  for (const ClipOpinion& clip : clips) {
    const double weight = 1 / static_cast<double>(clip.windows.size());
    for (const WindowOpinion& window : clip.windows) {
      if (window.people_logit) with_people.add(window, clip.clip.label, weight);
      alone.add(window, clip.clip.label, weight);  // nobody found says little of what the picture's score is worth
    }
  }
  vision::SceneFusion fusion;
  if (with_people.both_classes()) {
    const Tensor clip = column(with_people.clip);
    const Tensor beta = fit_logistic(torch::stack({clip, column(with_people.people), torch::ones_like(clip)}, 1),
                                     column(with_people.label), column(with_people.weight));
    fusion.clip = beta[0].item<double>();
    fusion.people = beta[1].item<double>();
    fusion.bias = beta[2].item<double>();
  }
  if (alone.both_classes()) {
    const Tensor clip = column(alone.clip);
    const Tensor beta =
        fit_logistic(torch::stack({clip, torch::ones_like(clip)}, 1), column(alone.label), column(alone.weight));
    fusion.clip_alone = beta[0].item<double>();
    fusion.bias_alone = beta[1].item<double>();
  }
  return fusion;
}

double fused_probability(const vision::SceneFusion& fusion, const ClipOpinion& clip) {
  double sum = 0;
  for (const WindowOpinion& window : clip.windows) sum += fusion.scene(window.clip_logit, window.people_logit);
  return sum / static_cast<double>(clip.windows.size());
}

Result<FusionFigures> cross_validate_fusion(const Recipe& clip_recipe, const Recipe& person_recipe,
                                            const ClipDataset& dataset, const CrossValidationOptions& options) {
  CrossValidationOptions clip_options = options;
  clip_options.out = options.out / "clip";
  CrossValidationOptions person_options = options;
  person_options.out = options.out / "person";
  FusionFigures figures;
  for (const auto& [recipe, of, into] : {std::tuple{&clip_recipe, &clip_options, &figures.clip},
                                         std::tuple{&person_recipe, &person_options, &figures.people}}) {
    auto measured = cross_validate(*recipe, dataset, *of);
    if (!measured) return std::unexpected(measured.error().with_context(recipe->name));
    *into = *std::move(measured);
  }
  std::vector<ClipOpinion> all;
  std::vector<ScoredFold> runs;
  std::size_t run = 0;
  for (const std::int64_t seed : options.seeds) {
    std::vector<std::vector<ClipOpinion>> folds;
    for (int fold = 0; fold < options.folds; ++fold) {
      const auto divided = divide_clips(dataset, clip_recipe,
                                        FoldChoice{.index = fold,
                                                   .count = options.folds,
                                                   .seed = static_cast<std::uint64_t>(seed),
                                                   .random_split = options.random_split});
      if (!divided) return std::unexpected(divided.error());
      auto opinions =
          opinions_of(fold_folder(clip_options.out, seed, fold + 1) / "weights.safetensors",
                      fold_folder(person_options.out, seed, fold + 1) / "weights.safetensors", divided->test, options);
      if (!opinions) return std::unexpected(opinions.error());
      folds.push_back(*std::move(opinions));
    }
    for (std::size_t fold = 0; fold < folds.size(); ++fold) {
      figures.fold_fusions.push_back(fit_fusion(joined(folds, fold)));
      runs.push_back(scored(folds[fold], figures.fold_fusions.back(), figures.clip.folds[run++]));
    }
    std::ranges::move(joined(folds, folds.size()), std::back_inserter(all));
  }
  auto both = figures_of(runs, clip_recipe.trainer.threshold, options.random_split);
  if (!both) return std::unexpected(both.error());
  figures.both = *std::move(both);
  figures.fusion = fit_fusion(all);
  return figures;
}

}  // namespace vigil::learn
