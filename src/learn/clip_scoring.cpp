#include "learn/clip_scoring.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <format>
#include <map>

#include <torch/torch.h>

#include "learn/csv.h"
#include "learn/predict.h"
#include "nn/device.h"
#include "vision/clip_model.h"

namespace vigil::learn {
namespace {

using core::Result;

constexpr int kDefaultWindows = 3;
constexpr int kMaxWindows = 64;
constexpr int kBatch = 8;

int windows_of(const vision::ClipModel& model, int asked) {
  if (asked > 0) return asked;
  const auto field = model.metadata.find("eval_windows");
  if (field == model.metadata.end()) return kDefaultWindows;
  int windows = kDefaultWindows;
  std::from_chars(field->second.data(), field->second.data() + field->second.size(), windows);
  return std::clamp(windows, 1, kMaxWindows);
}

FeatureRegion region_of(const vision::ClipModel& model) {
  const auto field = model.metadata.find("feature_region");
  return field != model.metadata.end() && field->second == "people" ? FeatureRegion::kPeople : FeatureRegion::kPicture;
}

Result<Predictions> show(const vision::ClipModel& model, const ClipSet& clips, const ClipScoringOptions& options,
                         ScoredClips& out) {
  const auto device = nn::choose_device(options.device);
  if (!device) return std::unexpected(device.error());
  nn::set_threads(options.threads);
  auto source = make_eval_source(*model.net, clips,
                                 {.input = model.info.input,
                                  .windows = out.windows,
                                  .batch_size = kBatch,
                                  .workers = options.workers,
                                  .skip_broken = options.skip_broken,
                                  .files = options.files,
                                  .region = region_of(model),
                                  .stop = options.stop,
                                  .progress = options.progress});
  if (!source) return std::unexpected(source.error());
  model.net->to(*device);
  auto predictions =
      predict(trainee(model.net), **source, {.device = *device, .stop = options.stop, .progress = options.progress});
  return predictions;
}

}  // namespace

std::vector<double> ScoredClips::probabilities() const {
  std::vector<double> out;
  for (const ClipScore& score : clips) out.push_back(score.probability);
  return out;
}

std::vector<int> ScoredClips::labels() const {
  std::vector<int> out;
  for (const ClipScore& score : clips) out.push_back(score.clip.label);
  return out;
}

Result<ScoredClips> score_clips(const std::filesystem::path& weights, const ClipSet& clips,
                                const ClipScoringOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  auto model = vision::load_clip_model(weights);
  if (!model) return std::unexpected(model.error());
  ScoredClips out;
  out.model = model->info.name;
  out.threshold = model->info.threshold;
  out.positive_class = model->info.positive_class;
  out.negative_class = model->info.negative_class;
  out.windows = windows_of(*model, options.windows);

  const auto predictions = show(*model, clips, options, out);
  if (!predictions) return std::unexpected(predictions.error());
  std::map<std::int64_t, double> by_sample;
  for (std::size_t i = 0; i < predictions->samples.size(); ++i) {
    by_sample[predictions->samples[i]] = predictions->probabilities[i];
  }
  for (const auto& [sample, probability] : by_sample) {
    out.clips.push_back({.clip = clips.get(static_cast<std::size_t>(sample)), .probability = probability});
  }
  out.skipped_clips = static_cast<std::int64_t>(clips.size() - out.clips.size());
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return out;
}

Result<std::string> trunk_of(const std::filesystem::path& weights) {
  const auto model = vision::load_clip_model(weights);
  if (!model) return std::unexpected(model.error());
  const auto field = model->metadata.find("trunk");
  const nets::InputKind kind = model->net->input_kind();
  const bool needs_one = kind == nets::InputKind::kPeople || kind == nets::InputKind::kPeopleCrops;
  return needs_one && field != model->metadata.end() ? field->second : std::string();
}

std::string scores_csv(const std::vector<ClipScore>& clips) {
  std::string text = "file,label,probability\n";
  for (const ClipScore& score : clips) {
    text += std::format("{},{},{:.6f}\n", csv_field(score.clip.name), score.clip.label, score.probability);
  }
  return text;
}

}  // namespace vigil::learn
