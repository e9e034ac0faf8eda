// The one list of a recipe's sections and keys, walked by the reader and by the writer alike, so that they cannot differ.
//
//   for_each_section(recipe, [](std::string_view section, auto&& walk) { walk(visitor); });
//
// A visitor offers number(key, value, Range), integer(key, value, Range), flag(key, value), text(key, value),
// text_or_nothing(key, value), choice(key, value, choices) and numbers(key, values, Range). Private to the room's recipe
// files.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "learn/recipe.h"

namespace vigil::learn {

struct Range {
  double low;
  double high;
  bool low_open = false;   // low itself is not allowed
  bool high_open = false;  // high itself is not allowed
};

template <typename E, std::size_t N>
using Choices = std::array<std::pair<std::string_view, E>, N>;

inline constexpr Choices<OptimizerKind, 3> kOptimizerKinds{
    {{"adamw", OptimizerKind::kAdamW}, {"adam", OptimizerKind::kAdam}, {"sgd", OptimizerKind::kSgd}}};
inline constexpr Choices<ScheduleKind, 3> kScheduleKinds{
    {{"constant", ScheduleKind::kConstant}, {"cosine", ScheduleKind::kCosine}, {"step", ScheduleKind::kStep}}};
inline constexpr Choices<nn::Precision, 3> kPrecisions{
    {{"32", nn::Precision::kFull32}, {"16-mixed", nn::Precision::kMixed16}, {"bf16-mixed", nn::Precision::kMixedBf16}}};
inline constexpr Choices<Monitor, 5> kMonitors{{{"val_loss", Monitor::kValLoss},
                                                {"val_auc", Monitor::kValAuc},
                                                {"val_accuracy", Monitor::kValAccuracy},
                                                {"val_f1", Monitor::kValF1},
                                                {"last", Monitor::kLast}}};

inline constexpr Choices<FeatureRegion, 2> kFeatureRegions{
    {{"picture", FeatureRegion::kPicture}, {"people", FeatureRegion::kPeople}}};

template <typename Visitor>
void visit_data(Visitor& v, DataRecipe& data) {
  v.number("clip_seconds", data.clip_seconds, Range{0.04, 60});
  v.integer("validation_windows", data.validation_windows, Range{1, 64});
  v.integer("eval_windows", data.eval_windows, Range{1, 64});
  v.number("validation_fraction", data.validation_fraction, Range{0, 0.5});
  v.integer("feature_views", data.feature_views, Range{0, 64});
  v.integer("feature_repeat", data.feature_repeat, Range{1, 10'000});
  v.choice("feature_region", data.feature_region, kFeatureRegions);
  v.integer("workers", data.workers, Range{0, 64});
  v.integer("prefetch_batches", data.prefetch_batches, Range{1, 64});
  v.flag("skip_broken", data.skip_broken);
  v.text("positive_class", data.positive_class);
  v.text("negative_class", data.negative_class);
}

template <typename Visitor>
void visit_transform(Visitor& v, vision::ClipInput& input) {
  v.integer("frames", input.frames, Range{1, 256});
  v.numbers("mean", input.mean, Range{-10, 10});
  v.numbers("std", input.stddev, Range{1e-6, 1e6});
  v.integer("short_side_min", input.short_side_min_px, Range{8, 2048});
  v.integer("short_side_max", input.short_side_max_px, Range{8, 2048});
  v.integer("crop", input.crop_px, Range{8, 2048});
  v.number("flip_probability", input.flip_probability, Range{0, 1});
}

template <typename Visitor>
void visit_net(Visitor& v, NetRecipe& net) {
  v.text("name", net.name);
  v.text_or_nothing("trunk", net.trunk);
  v.text_or_nothing("weights", net.weights);
  v.integer("frozen_convolutions", net.frozen_convolutions, Range{0, 1000});
  v.flag("fixed_norm", net.fixed_norm);
}

template <typename Visitor>
void visit_detection(Visitor& v, DetectionRecipe& detection) {
  v.integer("input_px", detection.input_px, Range{32, 2048});
  v.integer("train_px", detection.train_px, Range{0, 2048});
  v.number("scale_min", detection.scale_min, Range{0.05, 20});
  v.number("scale_max", detection.scale_max, Range{0.05, 20});
  v.number("mosaic_probability", detection.mosaic_probability, Range{0, 1});
  v.integer("plain_epochs", detection.plain_epochs, Range{0, 100'000});
}

template <typename Visitor>
void visit_looks(Visitor& v, LooksRecipe& looks) {
  v.integer("input_width_px", looks.input_width_px, Range{32, 1024});
  v.integer("input_height_px", looks.input_height_px, Range{32, 1024});
  v.integer("embedding", looks.embedding, Range{2, 4096});
  v.integer("pictures", looks.pictures, Range{2, 64});
  v.number("temperature", looks.temperature, Range{0.001, 10});
  v.integer("held_out_every", looks.held_out_every, Range{0, 1000});
}

template <typename Visitor>
void visit_loss(Visitor& v, LossRecipe& loss) {
  v.number("pos_weight", loss.pos_weight, Range{.low = 0, .high = 1000, .low_open = true});
  v.number("label_smoothing", loss.label_smoothing, Range{.low = 0, .high = 1, .high_open = true});
}

template <typename Visitor>
void visit_optimizer(Visitor& v, OptimizerRecipe& optimizer) {
  v.choice("kind", optimizer.kind, kOptimizerKinds);
  v.number("lr", optimizer.lr, Range{.low = 0, .high = 10, .low_open = true});
  v.number("weight_decay", optimizer.weight_decay, Range{0, 10});
  v.number("beta1", optimizer.beta1, Range{.low = 0, .high = 1, .high_open = true});
  v.number("beta2", optimizer.beta2, Range{.low = 0, .high = 1, .high_open = true});
  v.number("eps", optimizer.eps, Range{.low = 0, .high = 1, .low_open = true});
  v.number("momentum", optimizer.momentum, Range{.low = 0, .high = 1, .high_open = true});
  v.flag("nesterov", optimizer.nesterov);
}

template <typename Visitor>
void visit_schedule(Visitor& v, ScheduleRecipe& schedule) {
  v.choice("kind", schedule.kind, kScheduleKinds);
  v.integer("t_max", schedule.t_max, Range{1, 100'000});
  v.number("eta_min", schedule.eta_min, Range{0, 10});
  v.integer("step_epochs", schedule.step_epochs, Range{1, 100'000});
  v.number("gamma", schedule.gamma, Range{.low = 0, .high = 1, .low_open = true});
  v.integer("warmup_epochs", schedule.warmup_epochs, Range{0, 100'000});
}

template <typename Visitor>
void visit_trainer(Visitor& v, TrainerRecipe& trainer) {
  v.integer("seed", trainer.seed, Range{0, 1e15});
  v.integer("min_epochs", trainer.min_epochs, Range{0, 100'000});
  v.integer("max_epochs", trainer.max_epochs, Range{1, 100'000});
  v.integer("batch_size", trainer.batch_size, Range{1, 4096});
  v.integer("accumulate_batches", trainer.accumulate_batches, Range{1, 4096});
  v.number("gradient_clip_norm", trainer.gradient_clip_norm, Range{0, 1e6});
  v.choice("precision", trainer.precision, kPrecisions);
  v.integer("limit_train_batches", trainer.limit_train_batches, Range{0, 1e9});
  v.integer("limit_val_batches", trainer.limit_val_batches, Range{0, 1e9});
  v.integer("limit_test_batches", trainer.limit_test_batches, Range{0, 1e9});
  v.integer("early_stop_patience", trainer.early_stop_patience, Range{0, 100'000});
  v.number("early_stop_min_delta", trainer.early_stop_min_delta, Range{0, 10});
  v.choice("monitor", trainer.monitor, kMonitors);
  v.number("ema_decay", trainer.ema_decay, Range{.low = 0, .high = 1, .high_open = true});
  v.number("threshold", trainer.threshold, Range{.low = 0, .high = 1, .low_open = true, .high_open = true});
}

// `sections`: called as sections(name, walk) for each section; walk(visitor) visits its keys in the file's order.
template <typename Sections>
void for_each_section(Recipe& recipe, Sections&& sections) {
  sections("data", [&](auto& v) { visit_data(v, recipe.data); });
  sections("transform", [&](auto& v) { visit_transform(v, recipe.transform); });
  sections("net", [&](auto& v) { visit_net(v, recipe.net); });
  sections("detection", [&](auto& v) { visit_detection(v, recipe.detection); });
  sections("looks", [&](auto& v) { visit_looks(v, recipe.looks); });
  sections("loss", [&](auto& v) { visit_loss(v, recipe.loss); });
  sections("optimizer", [&](auto& v) { visit_optimizer(v, recipe.optimizer); });
  sections("schedule", [&](auto& v) { visit_schedule(v, recipe.schedule); });
  sections("trainer", [&](auto& v) { visit_trainer(v, recipe.trainer); });
}

}  // namespace vigil::learn
