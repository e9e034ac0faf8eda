// Seed3dCnn: the 3D convolution network of the source document: eight convolutions, five poolings, four linear layers,
// 1,869,849 parameters. Parameter names are those of the document's own state dict ("video_module.features.0.weight", …,
// "linear.weight"), so weights trained there load here.
//
//   auto net = std::make_shared<Seed3dCnn>();
//   torch::Tensor logits = net->forward(torch::zeros({5, 3, 10, 112, 112}));   // [5]
//
// Dropout acts in training mode only; the document leaves it on while predicting.
#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>

#include "nets/clip_net.h"

namespace vigil::nets {

// The document's Video3DCNN: clips [B, 3, 10, 112, 112] → features [B, 400].
class Video3dCnn : public torch::nn::Module {
 public:
  Video3dCnn();
  torch::Tensor forward(const torch::Tensor& clips);

 private:
  torch::nn::Sequential features_;
  torch::nn::Linear fc1_, fc2_, fc3_;
};

class Seed3dCnn : public ClipNet {
 public:
  Seed3dCnn();

  // clips: [B, 3, 10, 112, 112]; no other size fits the first linear layer (torch throws).
  torch::Tensor forward(torch::Tensor clips) override;

 private:
  std::shared_ptr<Video3dCnn> video_module_;
  torch::nn::Linear linear_;
};

}  // namespace vigil::nets
