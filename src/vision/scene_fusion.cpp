#include "vision/scene_fusion.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <format>
#include <utility>

namespace vigil::vision {
namespace {

constexpr std::array<std::pair<const char*, double SceneFusion::*>, 5> kFields = {
    {{"fusion.clip", &SceneFusion::clip},
     {"fusion.people", &SceneFusion::people},
     {"fusion.bias", &SceneFusion::bias},
     {"fusion.clip_alone", &SceneFusion::clip_alone},
     {"fusion.bias_alone", &SceneFusion::bias_alone}}};

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

double SceneFusion::scene(double clip_logit, std::optional<double> people_logit) const {
  return people_logit ? sigmoid(clip * clip_logit + people * *people_logit + bias)
                      : sigmoid(clip_alone * clip_logit + bias_alone);
}

double SceneFusion::person(double scene, double people_logit, double person_logit) const {
  constexpr double kSurest = 1e-9;
  const double p = std::clamp(scene, kSurest, 1 - kSurest);
  const double less = std::min(person_logit - people_logit, 0.0);
  return sigmoid(std::log(p / (1 - p)) + (std::abs(clip) + std::abs(people)) * less);
}

void to_metadata(const SceneFusion& fusion, std::map<std::string, std::string>& metadata) {
  for (const auto& [name, field] : kFields) metadata[name] = std::format("{}", fusion.*field);
}

core::Result<SceneFusion> fusion_from_metadata(const std::map<std::string, std::string>& metadata) {
  SceneFusion fusion;
  for (const auto& [name, field] : kFields) {
    const auto found = metadata.find(name);
    const std::string text = found == metadata.end() ? std::string() : found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fusion.*field);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(fusion.*field)) {
      return core::fail(core::ErrorCode::kUnreadable,
                        std::format("the metadata field '{}' = '{}' is no number; `vigil fuse` writes it", name, text));
    }
  }
  return fusion;
}

}  // namespace vigil::vision
