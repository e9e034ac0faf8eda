// Device and precision: where tensors live and which width the arithmetic has; asked once, at the start of a command.
//
//   auto device = choose_device("auto");                                       // cuda when there is one, else cpu
//   auto narrow = autocast_type(Precision::kMixed16, *device);                 // bf16 on this CPU, or nothing
//
// Callable from any thread. set_threads() is for the start of the program: it changes torch's global pool.
#pragma once

#include <optional>
#include <string_view>

#include <torch/types.h>

#include "core/result.h"
#include "nn/precision.h"

namespace vigil::nn {

// `name`: "auto", "cpu", "cuda" or "cuda:N". Errors: kInvalidArgument (unknown name), kUnsupported (no such device here).
core::Result<torch::Device> choose_device(std::string_view name);

// The type that mixed precision computes in on this device; nothing when it is float32 throughout.
std::optional<torch::Dtype> autocast_type(Precision precision, const torch::Device& device);

// True where the CPU has bf16 arithmetic of its own (AVX512-BF16 or AMX). Elsewhere bf16 is emulated and slower than
// float32.
bool cpu_has_bf16();

// Torch's intra-op threads; 0 means one per core that this process may use.
void set_threads(int threads);

}  // namespace vigil::nn
