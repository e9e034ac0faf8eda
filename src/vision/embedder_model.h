// A re-identification network's weights with what is needed to serve them: in one safetensors file of ours, or as published.
//
//   auto model = load_embedder_model("person-look.safetensors");
//   if (auto saved = save_embedder("person-look.safetensors", *model->net, model->info); !saved) …
//   model->net->forward(input);
//
// Blocks on disk; callable from any thread.
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"
#include "nets/osnet.h"

namespace vigil::vision {

struct EmbedderModelInfo {
  std::string name;          // of these weights
  int input_width_px = 128;  // that a person is stretched to; 32 to 1024
  int input_height_px = 256;
};

struct SaveEmbedderOptions {
  bool half = true;  // float16: half the size; false: float32, to the last bit
};

struct EmbedderModel {
  EmbedderModelInfo info;
  nets::Osnet net{nullptr};  // in eval mode, on the CPU
};

// Atomic. Errors: as nn::save_weights, and kInvalidArgument (a field that load_embedder_model() would refuse).
core::Status save_embedder(const std::filesystem::path& path, const nets::OsnetImpl& net, const EmbedderModelInfo& info,
                           const SaveEmbedderOptions& options = {});

// `path`: a safetensors file that save_embedder() wrote, or an ONNX file of OSNet x0.25 with 512 numbers, as published.
// Errors: as nn::read_safetensors and nn::read_onnx_weights; kUnreadable (a field out of range, weights that do not fit),
// kUnsupported (another network, another kind of file).
core::Result<EmbedderModel> load_embedder_model(const std::filesystem::path& path);

}  // namespace vigil::vision
