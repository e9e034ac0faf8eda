// PersonCrops: takes the people of a window, gives what a ResNet-50 says of the picture around each of them, step by step.
//
//   PersonCrops crops(network);
//   torch::Tensor rows = crops.rows(people.tallest(8), pictures);   // [people, nets::kPersonCropRow]
//
// The network sees each person's part of each picture (WindowPerson::path) scaled to 96 × 128 pixels, which is about the
// part's own shape. The result does not depend, to the last bit, on the number of threads, nor on who else is in the window.
// Sixteen forward passes a person. One thread at a time.
#pragma once

#include <memory>
#include <vector>

#include <torch/types.h>

#include "nets/resnet50.h"
#include "vision/window_features.h"
#include "vision/window_people.h"

namespace vigil::vision {

class PersonCrops {
 public:
  explicit PersonCrops(nets::Resnet50 network);
  ~PersonCrops();

  // [people, nets::kPersonCropRow] float32 (nets/people_net.h). Requires a window of kWindowFrames pictures.
  torch::Tensor rows(const std::vector<WindowPerson>& people, const PictureWindow& window);

 private:
  // [kWindowFrames, nets::kPersonCrop].
  torch::Tensor looks(const WindowPerson& person, const PictureWindow& window);

  nets::Resnet50 network_;
  std::vector<std::unique_ptr<nets::FrozenResnet50>> frozen_;  // one for each thread
};

}  // namespace vigil::vision
