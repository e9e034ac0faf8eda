#include "cli/scorer_options.h"

#include <CLI/CLI.hpp>

#include "cli/house_models.h"
#include "cli/people_options.h"
#include "vision/clip_classifier.h"

namespace vigil::cli {
namespace {

// The default person model was trained on the default classifier's features.
std::string person_model_of(const ScorerChoice& choice) {
  if (choice.person) return *choice.person;
  return choice.weights == kDefaultClassifier ? kDefaultPersonModel : kNone;
}

}  // namespace

void add_scorer_options(CLI::App& command, ScorerChoice& choice) {
  command.add_option("--weights", choice.weights, "Clip classifier: a name in models/ or a file")->capture_default_str();
  command
      .add_option(
          "--person-weights", choice.person,
          "What says who is violent, beside the clip classifier it was fused with: a name in models/, a file, or none")
      ->default_str(kDefaultPersonModel);
}

core::Result<std::unique_ptr<pipeline::ClipScorer>> load_scorer(const ScorerChoice& choice, int threads) {
  const auto weights = find_weights(choice.weights);
  if (!weights) return std::unexpected(weights.error());
  vision::ClipClassifierOptions options{.threads = threads, .person = {}};
  if (const std::string name = person_model_of(choice); name != kNone) {
    auto person = find_weights(name);
    if (!person) return std::unexpected(person.error());
    options.person = std::move(*person);
  }
  auto classifier = vision::ClipClassifier::load(*weights, options);
  if (!classifier) return std::unexpected(classifier.error());
  return pipeline::classifier_scorer(std::move(*classifier));
}

}  // namespace vigil::cli
