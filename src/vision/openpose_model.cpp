#include "vision/openpose_model.h"

#include <format>

#include <torch/torch.h>

#include "nn/torch_checkpoint.h"
#include "nn/weights.h"
#include "vision/detector.h"
#include "vision/model_fields.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr const char* kKind = "pose";
constexpr const char* kNetField = "net";
constexpr const char* kNet = "openpose-mobilenet";
constexpr const char* kStatePrefix = "state_dict.";
constexpr NumberRange kInputRange{.most = kMaxDetectorInput, .multiple = 32};

Result<OpenPoseModelInfo> read_info(const nn::Metadata& metadata) {
  if (auto kind = require_kind(metadata, kKind, "pose estimator"); !kind) return std::unexpected(kind.error());
  const auto net = text_field(metadata, kNetField);
  if (!net) return std::unexpected(net.error());
  if (*net != kNet) return fail(ErrorCode::kUnsupported, std::format("no pose network is called '{}'", *net));
  auto name = text_field(metadata, "name");
  if (!name) return std::unexpected(name.error());
  const auto width = number_field(metadata, "input.width_px", kInputRange);
  if (!width) return std::unexpected(width.error());
  const auto height = number_field(metadata, "input.height_px", kInputRange);
  if (!height) return std::unexpected(height.error());
  return OpenPoseModelInfo{.name = *std::move(name), .input_width_px = *width, .input_height_px = *height};
}

Result<OpenPoseModel> build_model(OpenPoseModelInfo info, const nn::TensorMap& tensors) {
  nets::OpenPoseMobileNet net;
  if (auto loaded = nn::load_weights(tensors, *net); !loaded) return std::unexpected(loaded.error());
  net->eval();
  return OpenPoseModel{.info = std::move(info), .net = std::move(net)};
}

Result<OpenPoseModel> load_own(const std::filesystem::path& path) {
  const auto file = nn::read_safetensors(path);
  if (!file) return std::unexpected(file.error());
  auto model = read_info(file->metadata).and_then([&](OpenPoseModelInfo info) {
    return build_model(std::move(info), file->tensors);
  });
  if (!model) return std::unexpected(model.error().with_context(path.string()));
  return model;
}

Result<OpenPoseModel> load_published(const std::filesystem::path& path) {
  const auto tensors = nn::read_torch_checkpoint(path);
  if (!tensors) return std::unexpected(tensors.error());
  const nn::TensorMap state = nn::take_prefix(*tensors, kStatePrefix);
  auto model = build_model({.name = path.stem().string()}, state.empty() ? *tensors : state);
  if (!model) return std::unexpected(model.error().with_context(path.string()));
  return model;
}

}  // namespace

core::Status save_openpose(const std::filesystem::path& path, const nets::OpenPoseMobileNetImpl& net,
                           const OpenPoseModelInfo& info, const SaveOpenPoseOptions& options) {
  nn::Metadata metadata = {{kKindField, kKind},
                           {kNetField, kNet},
                           {"name", info.name},
                           {"input.width_px", std::to_string(info.input_width_px)},
                           {"input.height_px", std::to_string(info.input_height_px)}};
  if (const auto readable = read_info(metadata); !readable) {
    return fail(ErrorCode::kInvalidArgument, std::format("{}: {}", path.string(), readable.error().message));
  }
  return nn::save_weights(path, net, {.metadata = std::move(metadata), .half = options.half});
}

Result<OpenPoseModel> load_openpose(const std::filesystem::path& path) {
  return path.extension() == ".safetensors" ? load_own(path) : load_published(path);
}

}  // namespace vigil::vision
