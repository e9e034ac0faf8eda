// ClipNet: a network that looks at one clip and gives one logit: how violent it is. What learn trains and vision serves.
//
//   auto net = make_clip_net("seed-3dcnn");
//   torch::Tensor logits = (*net)->forward(clips);   // [B]
//
// Construction draws initial weights from torch's global generator. A net belongs to one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <torch/nn/module.h>

#include "core/result.h"

namespace vigil::nets {

// What a net looks at.
enum class InputKind {
  kClips,           // [B, 3, T, H, W] float32, normalised as the net's recipe says
  kWindowFeatures,  // [B, F] float32, from vision/window_features.h
  kPeople,          // [B, P, R] float32: the people of a window (nets/people_net.h)
  kPeopleCrops,     // [B, P, R] half or float32: the same, and what a network for pictures says of each (nets/people_net.h)
};

class ClipNet : public torch::nn::Module {
 public:
  virtual InputKind input_kind() const { return InputKind::kClips; }

  // Returns logits [B]; sigmoid gives the probability. A net of several heads returns [B, heads] in training mode, each to
  // be held against the label by itself.
  virtual torch::Tensor forward(torch::Tensor inputs) = 0;

  // Logits [B] that every head of the net agrees on: the smallest of them. What events are made of, where a false alarm
  // costs more than it does in a verdict on a clip. With one head the same as forward() in eval mode.
  virtual torch::Tensor agreed_logits(torch::Tensor inputs) { return forward(std::move(inputs)); }
};

// The networks by name. Errors: kInvalidArgument, naming the ones there are.
core::Result<std::shared_ptr<ClipNet>> make_clip_net(const std::string& name);
std::vector<std::string> clip_net_names();

}  // namespace vigil::nets
