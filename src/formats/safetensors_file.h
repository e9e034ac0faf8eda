// Safetensors files: named tensors in place, and text fields. What nn/safetensors.h makes tensors of.
//
//   auto file = parse_safetensors(mapped->bytes(), mapped);
//   const TensorView& weight = file->tensors.at("linear.weight");
//
// Layout (github.com/huggingface/safetensors): 8 bytes little-endian header length, a JSON header, the tensors' bytes. Every
// length, offset, shape and type is checked before it is used. Callable from any thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "core/result.h"
#include "formats/tensor_view.h"

namespace vigil::formats {

struct SafetensorsContent {
  TensorViews tensors;  // contiguous; in place where that is aligned
  std::map<std::string, std::string> metadata;
};

// `owner` keeps `bytes` alive; the views hold it. Errors: kUnreadable (not such a file, cut short, contradictory: names the
// field); kUnsupported (element type).
core::Result<SafetensorsContent> parse_safetensors(std::span<std::byte> bytes, const std::shared_ptr<void>& owner);

}  // namespace vigil::formats
