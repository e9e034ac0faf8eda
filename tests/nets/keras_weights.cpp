#include "nets/keras_weights.h"

#include <algorithm>
#include <cmath>
#include <format>

namespace vigil::nets {
namespace {

// Numbers in [0, 1) by a formula of the tensor's and the value's number, so that no weights need to be stored.
double formula(std::uint32_t tensor, std::uint32_t index) {
  std::uint32_t x = index * 2654435761U + tensor * 40503U + 12345U;
  x ^= x >> 16;
  x *= 0x85ebca6bU;
  x ^= x >> 13;
  x *= 0xc2b2ae35U;
  x ^= x >> 16;
  return x / 4294967296.0;
}

class KerasWeights {
 public:
  nn::TensorMap tensors;

  void add_convolution(const std::string& conv, const std::string& norm, int kernel, int in, int out) {
    const double reach = 2 * std::sqrt(6.0 / (kernel * kernel * in));
    put(conv + "/kernel", {kernel, kernel, in, out}, [=](double u) { return (u - 0.5) * reach; });
    put(conv + "/bias", {out}, [](double u) { return (u - 0.5) * 0.2; });
    put(norm + "/gamma", {out}, [](double u) { return 0.5 + 0.5 * u; });
    put(norm + "/beta", {out}, [](double u) { return (u - 0.5) * 0.4; });
    put(norm + "/moving_mean", {out}, [](double u) { return (u - 0.5) * 0.4; });
    put(norm + "/moving_variance", {out}, [](double u) { return 0.5 + u; });
  }

 private:
  template <typename Function>
  void put(const std::string& name, const std::vector<std::int64_t>& shape, Function value) {
    torch::Tensor tensor = torch::empty(shape);
    for (std::int64_t i = 0; i < tensor.numel(); ++i) {
      tensor.data_ptr<float>()[i] = static_cast<float>(value(formula(count_, static_cast<std::uint32_t>(i))));
    }
    tensors[name] = tensor;
    ++count_;
  }
  std::uint32_t count_ = 0;
};

}  // namespace

nn::TensorMap keras_weights() {
  KerasWeights weights;
  weights.add_convolution("conv1", "bn_conv1", 7, 3, 64);
  struct Stage {
    int number, blocks, middle, in;
  };
  for (const Stage& stage : {Stage{2, 3, 64, 64}, Stage{3, 4, 128, 256}, Stage{4, 6, 256, 512}, Stage{5, 3, 512, 1024}}) {
    for (int block = 0; block < stage.blocks; ++block) {
      const std::string n = std::format("{}{}_branch", stage.number, static_cast<char>('a' + block));
      const int in = block == 0 ? stage.in : 4 * stage.middle;
      weights.add_convolution("res" + n + "2a", "bn" + n + "2a", 1, in, stage.middle);
      weights.add_convolution("res" + n + "2b", "bn" + n + "2b", 3, stage.middle, stage.middle);
      weights.add_convolution("res" + n + "2c", "bn" + n + "2c", 1, stage.middle, 4 * stage.middle);
      if (block == 0) weights.add_convolution("res" + n + "1", "bn" + n + "1", 1, in, 4 * stage.middle);
    }
  }
  return weights.tensors;
}

torch::Tensor formula_pictures() {
  const auto texture = [](double x, double y) {
    return 128 + 60 * std::sin(x * 0.21) * std::cos(y * 0.17) + 40 * std::sin((x + 2 * y) * 0.05);
  };
  const auto scene = [&](int step, int x, int y) {
    const int left = 60 + 4 * step + (step % 3 == 0 ? 12 : 0);
    const int top = 80 + 3 * (step * step % 7);
    const bool inside = x >= left && x < left + 90 && y >= top && y < top + 100;
    return std::clamp(inside ? texture((x - left) * 1.7 + 31, (y - top) * 1.3 + 17) : texture(x, y), 0.0, 255.0);
  };
  torch::Tensor out = torch::empty({2, 96, 128, 3}, torch::kUInt8);
  for (int y = 0; y < 96; ++y) {
    for (int x = 0; x < 128; ++x) {
      out[0][y][x] = static_cast<int>(scene(0, x, y));
      out[1][y][x] = static_cast<int>(scene(3, x + 50, y + 40));
    }
  }
  return out;
}

}  // namespace vigil::nets
