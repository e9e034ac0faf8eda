// MapPlanes: a network's maps as floats in the CPU's memory, picture by picture, for decoders that are free of torch.
//
//   const MapPlanes heat(maps.key_heat);   // [N, C, H, W] of any type and device
//   decode({.key_heat = heat.of(0), …});   // C planes of H × W, row by row
//
// Spans live as long as the MapPlanes. Callable from any thread.
#pragma once

#include <cstddef>
#include <span>

#include <torch/types.h>

namespace vigil::vision {

class MapPlanes {
 public:
  explicit MapPlanes(const torch::Tensor& maps) : maps_(maps.to(torch::kCPU, torch::kFloat32).contiguous()) {}

  std::span<const float> of(std::size_t picture) const {
    const auto values = static_cast<std::size_t>(maps_.numel() / maps_.size(0));
    return {maps_.data_ptr<float>() + picture * values, values};
  }

 private:
  torch::Tensor maps_;
};

}  // namespace vigil::vision
