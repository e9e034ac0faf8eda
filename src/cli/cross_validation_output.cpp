#include "cli/cross_validation_output.h"

#include <format>

#include <nlohmann/json.hpp>

namespace vigil::cli {
namespace {

using nlohmann::json;

std::string figure(const std::optional<double>& value) { return value ? std::format("{:.3f}", *value) : "–"; }

std::string spread_text(const std::optional<learn::Spread>& spread) {
  if (!spread) return "–";
  const std::string deviation = spread->deviation ? std::format(" ± {:.3f}", *spread->deviation) : "";
  return std::format("{:.3f}{} ({:.3f} to {:.3f}, n = {})", spread->mean, deviation, spread->low, spread->high,
                     spread->count);
}

json spread_json(const std::optional<learn::Spread>& spread) {
  if (!spread) return nullptr;
  return {{"mean", spread->mean},
          {"deviation", spread->deviation ? json(*spread->deviation) : json(nullptr)},
          {"low", spread->low},
          {"high", spread->high},
          {"count", spread->count}};
}

std::string split_name(const learn::CrossValidation& figures) { return figures.random_split ? "random" : "grouped"; }

}  // namespace

std::string fold_line(const learn::FoldFigures& f) {
  return std::format("seed {} fold {}: {} clips, accuracy {:.3f}, AUC {}, {} epochs", f.seed, f.fold, f.test_clips,
                     f.scores.accuracy, figure(f.scores.auc), f.epochs);
}

std::string cross_validation_text(const learn::CrossValidation& figures) {
  std::string text =
      figures.random_split
          ? "RANDOM split: clips of one source lie on both sides, so these figures flatter; do not quote them\n"
          : "grouped split: no source is on both sides\n";
  text +=
      std::format("over folds and seeds   accuracy {}   AUC {}\n", spread_text(figures.accuracy), spread_text(figures.auc));
  for (const learn::SeedFigures& seed : figures.seeds) {
    text += std::format("out of fold, seed {}    accuracy {:.3f}   AUC {}\n", seed.seed, seed.scores.accuracy,
                        figure(seed.scores.auc));
  }
  text += std::format("out of fold, all seeds accuracy {}   AUC {}", spread_text(figures.seed_accuracy),
                      spread_text(figures.seed_auc));
  return text;
}

std::string cross_validation_json(const learn::CrossValidation& figures, const std::string& recipe) {
  json folds = json::array();
  for (const learn::FoldFigures& f : figures.folds) {
    folds.push_back({{"seed", f.seed},
                     {"fold", f.fold},
                     {"train_clips", f.train_clips},
                     {"test_clips", f.test_clips},
                     {"epochs", f.epochs},
                     {"scores", json::parse(learn::to_json(f.scores))}});
  }
  json seeds = json::array();
  for (const learn::SeedFigures& s : figures.seeds) {
    seeds.push_back({{"seed", s.seed}, {"scores", json::parse(learn::to_json(s.scores))}});
  }
  const json document = {
      {"recipe", recipe},
      {"split", split_name(figures)},
      {"accuracy", spread_json(figures.accuracy)},
      {"auc", spread_json(figures.auc)},
      {"out_of_fold", {{"accuracy", spread_json(figures.seed_accuracy)}, {"auc", spread_json(figures.seed_auc)}}},
      {"folds", std::move(folds)},
      {"seeds", std::move(seeds)}};
  return document.dump(2);
}

}  // namespace vigil::cli
