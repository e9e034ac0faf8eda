#include "nets/seed_3dcnn.h"

#include <torch/torch.h>

#include "nn/conv3d.h"

namespace vigil::nets {
namespace {

constexpr int kFlattened = 16 * 2 * 5 * 5;  // channels × frames × height × width after the last pooling
constexpr int kFeatures = 400;
constexpr double kDropout = 0.5;

nn::Conv3d conv(int in, int out) { return nn::Conv3d(torch::nn::Conv3dOptions(in, out, 3).padding(1)); }

torch::nn::MaxPool3d pool(torch::ExpandingArray<3> size, int padding) {
  return torch::nn::MaxPool3d(torch::nn::MaxPool3dOptions(size).stride(size).padding(padding));
}

}  // namespace

Video3dCnn::Video3dCnn()
    : features_(conv(3, 2), pool({1, 2, 2}, 0),         //
                conv(2, 4), pool(2, 0),                 //
                conv(4, 8), conv(8, 8), pool(2, 1),     //
                conv(8, 16), conv(16, 16), pool(2, 1),  //
                conv(16, 16), conv(16, 16), pool(2, 1)),
      fc1_(kFlattened, 800),
      fc2_(800, 1000),
      fc3_(1000, kFeatures) {
  register_module("features", features_);
  register_module("fc1", fc1_);
  register_module("fc2", fc2_);
  register_module("fc3", fc3_);
}

torch::Tensor Video3dCnn::forward(const torch::Tensor& clips) {
  torch::Tensor x = features_->forward(clips).flatten(1);
  x = torch::dropout(torch::relu(fc1_->forward(x)), kDropout, is_training());
  x = torch::dropout(torch::relu(fc2_->forward(x)), kDropout, is_training());
  return fc3_->forward(x);
}

Seed3dCnn::Seed3dCnn() : video_module_(std::make_shared<Video3dCnn>()), linear_(kFeatures, 1) {
  register_module("video_module", video_module_);
  register_module("linear", linear_);
}

torch::Tensor Seed3dCnn::forward(torch::Tensor clips) {
  return linear_->forward(torch::relu(video_module_->forward(clips))).squeeze(1);
}

}  // namespace vigil::nets
