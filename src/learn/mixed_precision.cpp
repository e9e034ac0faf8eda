#include "learn/mixed_precision.h"

#include <ATen/autocast_mode.h>
#include <torch/torch.h>

namespace vigil::learn {
namespace {

constexpr int kGrowthSteps = 2000;

}  // namespace

AutocastScope::AutocastScope(const torch::Device& device, std::optional<torch::Dtype> narrow)
    : type_(device.type()), active_(narrow.has_value()) {
  if (!active_) return;
  was_enabled_ = at::autocast::is_autocast_enabled(type_);
  was_ = at::autocast::get_autocast_dtype(type_);
  at::autocast::set_autocast_enabled(type_, true);
  at::autocast::set_autocast_dtype(type_, *narrow);
  at::autocast::increment_nesting();
}

AutocastScope::~AutocastScope() {
  if (!active_) return;
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(type_, was_enabled_);
  at::autocast::set_autocast_dtype(type_, was_);
}

torch::Tensor GradScaler::scale(const torch::Tensor& loss) const { return enabled_ ? loss * state_.scale : loss; }

bool GradScaler::unscale(const std::vector<torch::Tensor>& gradients) {
  overflowed_ = false;
  if (!enabled_ || gradients.empty()) return true;
  const auto options = torch::TensorOptions().device(gradients.front().device()).dtype(torch::kFloat32);
  torch::Tensor found = torch::zeros({1}, options);
  const torch::Tensor inverse = torch::full({1}, 1.0 / state_.scale, options);
  at::_amp_foreach_non_finite_check_and_unscale_(gradients, found, inverse);
  overflowed_ = found.item<float>() != 0;
  return !overflowed_;
}

void GradScaler::update() {
  if (!enabled_) return;
  if (overflowed_) {
    state_ = {.scale = state_.scale / 2, .good_steps = 0};
  } else if (++state_.good_steps == kGrowthSteps) {
    state_ = {.scale = state_.scale * 2, .good_steps = 0};
  }
}

}  // namespace vigil::learn
