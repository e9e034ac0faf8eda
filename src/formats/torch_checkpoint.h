// Torch checkpoints (.pth, .pt, .bin) as torch.save has written them since PyTorch 1.6: tensors by name, in place.
//
//   auto tensors = parse_torch_checkpoint(file->bytes(), file);
//   const TensorView& weight = tensors->at("model.conv1.weight");   // "model" is a wrapper that the file has
//
// The container is a zip file (zip_archive.h), the structure a pickle that is read and never run (pickle.h), the names are
// flattened (state_dict.h). Strides, offsets and shared storages stay as they are in the file. Callable from any thread.
#pragma once

#include <memory>
#include <span>

#include "core/result.h"
#include "formats/tensor_view.h"

namespace vigil::formats {

// `owner` keeps `bytes` alive; the views hold it. Errors: kUnreadable (cut short, contradictory: names entry, tensor or
// byte); kUnsupported (written before 1.6, TorchScript, big-endian, compressed, an element type or call that is no plain
// data).
core::Result<TensorViews> parse_torch_checkpoint(std::span<std::byte> bytes, const std::shared_ptr<void>& owner);

}  // namespace vigil::formats
