// Safetensors files: named tensors and text fields in, and out again. The format of every weights file here.
//
//   auto file = read_safetensors("models/violence-clip.safetensors");
//   torch::Tensor w = file->tensors.at("linear.weight");
//
// Layout (github.com/huggingface/safetensors): 8 bytes little-endian header length, a JSON header, the tensors' bytes.
// Files are not trusted: every length, offset, shape and type is checked before it is used.
// Tensors read share one private memory map of the file, which lives as long as any of them; writing to one changes memory
// only. A file must be replaced by renaming, as write_safetensors does, never cut short in place. Callable from any thread.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <torch/types.h>

#include "core/result.h"

namespace vigil::nn {

using TensorMap = std::map<std::string, torch::Tensor>;
using Metadata = std::map<std::string, std::string>;

struct SafetensorsFile {
  TensorMap tensors;  // on the CPU, contiguous; bool, u8, i8, i16, i32, i64, f16, bf16, f32 or f64
  Metadata metadata;
};

// Errors: kNotFound, kIo, kUnreadable (not such a file; names the field), kUnsupported (element type).
core::Result<SafetensorsFile> read_safetensors(const std::filesystem::path& path);

// Atomic: the target is complete or untouched. Errors: kIo, kUnsupported (element type).
core::Status write_safetensors(const std::filesystem::path& path, const SafetensorsFile& file);

}  // namespace vigil::nn
