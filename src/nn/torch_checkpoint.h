// Reads torch checkpoints (.pth, .pt, .bin) as torch.save has written them since PyTorch 1.6: tensors by name, no code.
//
//   auto tensors = read_torch_checkpoint("resnet18.pth");
//   auto weights = take_prefix(*tensors, "model.");              // nn/weights.h: without the wrapper that the file has
//   if (auto loaded = load_weights(weights, net); !loaded) …
//
// The file's pickle is read as data and never run; one that calls anything else than what rebuilds tensors is refused
// (formats/pickle.h). Nested dictionaries are joined with ".". Tensors are as torch.load would give them on the CPU: same
// type, shape, strides and shared storages; they share one private memory map of the file, as those of safetensors do.
// Blocks on disk; callable from any thread.
#pragma once

#include <filesystem>

#include "core/result.h"
#include "nn/safetensors.h"

namespace vigil::nn {

// Errors: kNotFound, kIo; kUnreadable (no such file, cut short, contradictory: names the entry, tensor or byte);
// kUnsupported (written before 1.6, TorchScript, an element type that Vigil has not, a call that is no plain data: names the
// remedy).
core::Result<TensorMap> read_torch_checkpoint(const std::filesystem::path& path);

}  // namespace vigil::nn
