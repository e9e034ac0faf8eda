#include "toy_training.h"

#include <algorithm>
#include <numeric>
#include <thread>

#include "core/check.h"
#include "core/random.h"

namespace vigil::learn::toy {

Net::Net() {
  conv_ = register_module("conv", torch::nn::Conv3d(torch::nn::Conv3dOptions(3, 4, 3).padding(1)));
  norm_ = register_module("norm", torch::nn::BatchNorm3d(4));
  dropout_ = register_module("dropout", torch::nn::Dropout(0.3));
  linear_ = register_module("linear", torch::nn::Linear(4 * 4, 1));
}

torch::Tensor Net::forward(const torch::Tensor& clips) {
  torch::Tensor x = torch::relu(norm_->forward(conv_->forward(clips)));
  x = x.mean({3, 4}).flatten(1);
  return linear_->forward(dropout_->forward(x)).flatten();
}

std::shared_ptr<Net> make_net(std::int64_t seed) {
  torch::manual_seed(static_cast<std::uint64_t>(seed));
  return std::make_shared<Net>();
}

std::vector<float> all_weights(const torch::nn::Module& module) {
  std::vector<float> values;
  const auto add = [&](const torch::Tensor& tensor) {
    const torch::Tensor flat = tensor.detach().to(torch::kFloat32).flatten().contiguous();
    values.insert(values.end(), flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel());
  };
  for (const auto& parameter : module.parameters()) add(parameter);
  for (const auto& buffer : module.buffers()) add(buffer);
  return values;
}

void Source::start_epoch(std::int64_t epoch, std::int64_t first_batch) {
  epoch_ = options_.shuffled ? epoch : 0;
  order_.resize(static_cast<std::size_t>(options_.clips * options_.windows));
  std::iota(order_.begin(), order_.end(), 0);
  core::Rng rng = core::make_rng({7, static_cast<std::uint64_t>(epoch_)});
  if (options_.shuffled) std::shuffle(order_.begin(), order_.end(), rng);
  place_ = static_cast<std::size_t>(first_batch * options_.batch_size);
}

core::Result<std::optional<Batch>> Source::next() {
  std::this_thread::sleep_for(options_.delay);
  if (place_ >= order_.size()) return std::nullopt;
  const std::size_t end = std::min(order_.size(), place_ + static_cast<std::size_t>(options_.batch_size));
  Batch batch;
  std::vector<torch::Tensor> clips;
  std::vector<float> labels;
  for (; place_ < end; ++place_) {
    const std::int64_t sample = order_[place_] / options_.windows;
    clips.push_back(clip(order_[place_]));
    labels.push_back(options_.one_class ? 0.0F : static_cast<float>(sample % 2));
    batch.samples.push_back(sample);
  }
  batch.inputs = torch::stack(clips);
  batch.labels = torch::tensor(labels);
  ++given_;
  return batch;
}

std::int64_t Source::batches_per_epoch() const {
  return (options_.clips * options_.windows + options_.batch_size - 1) / options_.batch_size;
}

torch::Tensor Source::clip(std::int64_t row) const {
  const std::int64_t sample = row / options_.windows;
  core::Rng rng = core::make_rng({11, static_cast<std::uint64_t>(epoch_), static_cast<std::uint64_t>(row)});
  torch::Tensor clip = torch::empty({3, 4, 6, 6});
  auto* value = clip.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < clip.numel(); ++i) value[i] = options_.noise * static_cast<float>(core::normal(rng));
  const float step = sample % 2 == 1 ? 1.0F : -1.0F;
  clip.slice(1, 2, 4) += step;
  if (options_.poison != 0) value[0] *= options_.poison;
  return clip;
}

Recipe make_recipe(const std::vector<std::string>& overrides) {
  constexpr std::string_view kToml = R"(
    name = "toy"
    [data]
    positive_class = "fight"
    negative_class = "calm"
    [optimizer]
    lr = 0.01
    [schedule]
    kind = "cosine"
    t_max = 4
    [trainer]
    max_epochs = 4
    batch_size = 2
    accumulate_batches = 2
    gradient_clip_norm = 1.0
  )";
  auto recipe = parse_recipe(kToml, "toy", overrides);
  VIGIL_CHECK(recipe.has_value(), recipe ? "" : recipe.error().message);
  return *recipe;
}

}  // namespace vigil::learn::toy
