#include "vision/detector_model.h"

#include <format>

#include <torch/torch.h>

#include "nets/nanodet.h"
#include "nn/tfjs_weights.h"
#include "nn/weights.h"
#include "vision/detector.h"
#include "vision/model_fields.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr const char* kKind = "detector";
constexpr int kMaxClasses = 10'000;
constexpr int kInputMultiple = 32;

Result<DetectorModelInfo> read_info(const nn::Metadata& metadata) {
  if (auto kind = require_kind(metadata, kKind, "detector"); !kind) return std::unexpected(kind.error());
  DetectorModelInfo info;
  for (const auto& [key, into] : {std::pair{"name", &info.name}, {"net", &info.net}}) {
    auto text = text_field(metadata, key);
    if (!text) return std::unexpected(text.error());
    *into = *std::move(text);
  }
  struct NumberField {
    const char* key;
    int* into;
    int most, multiple;
  };
  for (const NumberField& field :
       {NumberField{"classes", &info.classes, kMaxClasses, 1},
        NumberField{"input.width_px", &info.input_width_px, kMaxDetectorInput, kInputMultiple},
        NumberField{"input.height_px", &info.input_height_px, kMaxDetectorInput, kInputMultiple}}) {
    const auto number = number_field(metadata, field.key, {.most = field.most, .multiple = field.multiple});
    if (!number) return std::unexpected(number.error());
    *field.into = *number;
  }
  return info;
}

// What is to be saved, with the input's size filled in.
Result<DetectorModelInfo> complete(DetectorModelInfo info, const nets::DetectionNet& net) {
  const auto wrong = [](std::string what) { return fail(ErrorCode::kInvalidArgument, "detector model: " + what); };
  if (info.name.empty()) return wrong("it needs a name");
  if (info.net != net.variant()) return wrong(std::format("net '{}'; the network is {}", info.net, net.variant()));
  if (info.classes != net.classes())
    return wrong(std::format("{} classes; the network has {}", info.classes, net.classes()));
  if (info.input_width_px == 0 && info.input_height_px == 0) info.input_width_px = info.input_height_px = net.input_px();
  for (const int size : {info.input_width_px, info.input_height_px}) {
    if (size < kInputMultiple || size > kMaxDetectorInput || size % kInputMultiple != 0) {
      return wrong(
          std::format("an input of {} pixels; take a multiple of {} up to {}", size, kInputMultiple, kMaxDetectorInput));
    }
  }
  return info;
}

Result<DetectorModel> build_model(const nn::SafetensorsFile& file) {
  auto info = read_info(file.metadata);
  if (!info) return std::unexpected(info.error());
  auto net = nets::make_detection_net(info->net, info->classes);
  if (!net) return fail(ErrorCode::kUnsupported, net.error().message);
  if (auto loaded = nn::load_weights(file.tensors, **net); !loaded) return std::unexpected(loaded.error());
  return DetectorModel{.info = *std::move(info), .net = *std::move(net)};
}

Result<DetectorModel> from_safetensors(const std::filesystem::path& path) {
  const auto file = nn::read_safetensors(path);
  if (!file) return std::unexpected(file.error());
  auto model = build_model(*file);
  if (!model) return std::unexpected(model.error().with_context(path.string()));
  return model;
}

Result<DetectorModel> from_tfjs(const std::filesystem::path& path) {
  const auto tensors = nn::read_tfjs_weights(path);
  if (!tensors) return std::unexpected(tensors.error());
  const auto net = std::make_shared<nets::NanoDetImpl>();
  if (auto loaded = net->load_tfjs(*tensors); !loaded) return std::unexpected(loaded.error().with_context(path.string()));
  return DetectorModel{.info = {.name = path.stem().string(),
                                .net = net->variant(),
                                .classes = net->classes(),
                                .input_width_px = net->input_px(),
                                .input_height_px = net->input_px()},
                       .net = net};
}

}  // namespace

core::Status save_detector(const std::filesystem::path& path, const nets::DetectionNet& net, const DetectorModelInfo& given,
                           const SaveDetectorOptions& options) {
  const auto checked = complete(given, net);
  if (!checked) return std::unexpected(checked.error().with_context(path.string()));
  const DetectorModelInfo& info = *checked;
  return nn::save_weights(path, net,
                          {.metadata = {{kKindField, kKind},
                                        {"name", info.name},
                                        {"net", info.net},
                                        {"classes", std::to_string(info.classes)},
                                        {"input.width_px", std::to_string(info.input_width_px)},
                                        {"input.height_px", std::to_string(info.input_height_px)}},
                           .half = options.half});
}

Result<DetectorModel> load_detector_model(const std::filesystem::path& path) {
  auto model = path.extension() == ".json" ? from_tfjs(path) : from_safetensors(path);
  if (model) model->net->eval();
  return model;
}

}  // namespace vigil::vision
