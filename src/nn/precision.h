// Precision: the width of the arithmetic a run asks for; what it becomes on a device is in nn/device.h. Free of torch.
#pragma once

namespace vigil::nn {

enum class Precision {
  kFull32,     // float32 throughout
  kMixed16,    // 16 bit where the device is faster for it: fp16 on CUDA, bf16 on a CPU that has it, else float32
  kMixedBf16,  // bf16 on CUDA and on a CPU that has it, else float32
};

}  // namespace vigil::nn
