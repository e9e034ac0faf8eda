#include "vision/clip_model.h"

#include <charconv>
#include <format>

#include <torch/torch.h>

#include "nn/weights.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;

constexpr std::string_view kKindField = "vigil";
constexpr std::string_view kKind = "clip-model";

Result<ClipModelInfo> read_info(const nn::Metadata& metadata) {
  const auto field = [&](const std::string& key) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string() : found->second;
  };
  if (field(std::string(kKindField)) != kKind) {
    return fail(ErrorCode::kUnreadable,
                "holds no clip model (its metadata lacks vigil = clip-model); train one with vigil train");
  }
  ClipModelInfo info;
  for (const auto& [key, into] : {std::pair{"name", &info.name},
                                  {"net", &info.net},
                                  {"positive_class", &info.positive_class},
                                  {"negative_class", &info.negative_class}}) {
    *into = field(key);
    if (into->empty()) return fail(ErrorCode::kUnreadable, std::format("the metadata lacks the field '{}'", key));
  }
  const std::string threshold = field("threshold");
  const auto [end, error] = std::from_chars(threshold.data(), threshold.data() + threshold.size(), info.threshold);
  const bool is_number = error == std::errc{} && end == threshold.data() + threshold.size();
  if (!is_number || !(info.threshold > 0 && info.threshold < 1)) {
    return fail(ErrorCode::kUnreadable,
                std::format("the metadata field 'threshold' = '{}' is no number between 0 and 1", threshold));
  }
  auto input = clip_input_from_metadata(metadata);
  if (!input) return std::unexpected(input.error());
  info.input = *input;
  return info;
}

Result<ClipModel> build_model(nn::SafetensorsFile file) {
  auto info = read_info(file.metadata);
  if (!info) return std::unexpected(info.error());
  auto net = nets::make_clip_net(info->net);
  if (!net) return fail(ErrorCode::kUnsupported, net.error().message);
  if (auto loaded = nn::load_weights(file.tensors, **net); !loaded) return std::unexpected(loaded.error());
  (*net)->eval();
  return ClipModel{.info = *std::move(info), .net = *std::move(net), .metadata = std::move(file.metadata)};
}

}  // namespace

Status save_clip_model(const std::filesystem::path& path, const nets::ClipNet& net, const ClipModelInfo& info,
                       const std::map<std::string, std::string>& extra) {
  nn::Metadata metadata = extra;
  metadata[std::string(kKindField)] = kKind;
  metadata["name"] = info.name;
  metadata["net"] = info.net;
  metadata["threshold"] = std::format("{}", info.threshold);
  metadata["positive_class"] = info.positive_class;
  metadata["negative_class"] = info.negative_class;
  to_metadata(info.input, metadata);
  return nn::save_weights(path, net, {.metadata = std::move(metadata), .half = true});
}

Result<ClipModel> load_clip_model(const std::filesystem::path& path) {
  auto file = nn::read_safetensors(path);
  if (!file) return std::unexpected(file.error());
  auto model = build_model(*std::move(file));
  if (!model) return std::unexpected(model.error().with_context(path.string()));
  return model;
}

}  // namespace vigil::vision
