// A clip model on disk: a network's weights with everything needed to serve them, in one safetensors file.
//
//   save_clip_model("runs/seed/weights.safetensors", *net, {.name = "seed-3dcnn", .net = "seed-3dcnn"}, {{"recipe", toml}});
//   auto model = load_clip_model("models/violence-clip.safetensors");
//   torch::Tensor logits = model->net->forward(clips);
//
// Metadata fields: "vigil" = "clip-model", "name", "net", "threshold", "positive_class", "negative_class", "input.…"
// (vision/clip_input.h), and whatever the writer adds. Callable from any thread.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "core/result.h"
#include "nets/clip_net.h"
#include "vision/clip_input.h"

namespace vigil::vision {

struct ClipModelInfo {
  std::string name;        // of the model: "violence-clip"
  std::string net;         // one of nets::clip_net_names()
  double threshold = 0.5;  // probability at or above which a clip counts as violent; (0, 1)
  std::string positive_class = "violence";
  std::string negative_class = "non-violence";
  ClipInput input;
};

struct ClipModel {
  ClipModelInfo info;
  std::shared_ptr<nets::ClipNet> net;           // in evaluation mode, on the CPU
  std::map<std::string, std::string> metadata;  // every field of the file
};

// Stored as float16. Atomic. Errors: kIo, kInvalidArgument (a weight that float16 cannot hold).
core::Status save_clip_model(const std::filesystem::path& path, const nets::ClipNet& net, const ClipModelInfo& info,
                             const std::map<std::string, std::string>& extra = {});

// Errors: kNotFound, kIo, kUnreadable (no clip model; fields missing or out of range; weights that do not fit the network),
// kUnsupported (a network that this build does not know). All name the file.
core::Result<ClipModel> load_clip_model(const std::filesystem::path& path);

}  // namespace vigil::vision
