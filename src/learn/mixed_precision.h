// Mixed precision: arithmetic in 16 bits where it is safe, float32 weights, and a scaled loss where fp16 needs it.
//
//   GradScaler scaler(narrow == torch::kHalf);
//   {
//     const AutocastScope autocast(device, narrow);    // forward pass only
//     loss = …;
//   }
//   scaler.scale(loss).backward();
//   if (scaler.unscale(gradients)) optimizer.step();   // else this step is skipped
//   scaler.update();
//
// One thread at a time: autocast is a property of the thread.
#pragma once

#include <optional>
#include <vector>

#include <torch/types.h>

namespace vigil::learn {

// While it lives, torch computes convolutions and matrix products of this thread in `narrow` on `device`; nothing: no
// change.
class AutocastScope {
 public:
  AutocastScope(const torch::Device& device, std::optional<torch::Dtype> narrow);
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  torch::DeviceType type_;
  bool active_;
  bool was_enabled_ = false;
  torch::Dtype was_ = torch::kFloat32;
};

// Dynamic loss scaling (Micikevicius et al. 2018): fp16 gradients that would vanish are kept by a large factor, which is
// halved when a gradient overflows (that step is skipped) and doubled after 2000 good steps. Switched off it does nothing.
class GradScaler {
 public:
  struct State {
    double scale = 65536;
    int good_steps = 0;
    bool operator==(const State&) const = default;
  };

  explicit GradScaler(bool enabled) : enabled_(enabled) {}

  torch::Tensor scale(const torch::Tensor& loss) const;

  // Divides the gradients by the scale, in place. False when one is not finite.
  bool unscale(const std::vector<torch::Tensor>& gradients);

  // After each step or skipped step.
  void update();

  bool enabled() const { return enabled_; }
  const State& state() const { return state_; }
  void set_state(const State& state) { state_ = state; }

 private:
  bool enabled_;
  bool overflowed_ = false;
  State state_;
};

}  // namespace vigil::learn
