#include "vision/detector_model.h"

#include <format>

#include <torch/torch.h>

#include "nn/weights.h"
#include "vision/detector.h"
#include "vision/model_fields.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr const char* kKindField = "vigil";
constexpr const char* kKind = "detector";
constexpr int kMaxClasses = 10'000;
constexpr int kInputMultiple = 32;

Result<DetectorModelInfo> read_info(const nn::Metadata& metadata) {
  const auto kind = metadata.find(kKindField);
  if (kind == metadata.end() || kind->second != kKind) {
    return fail(ErrorCode::kUnreadable, "holds no detector (its metadata lacks vigil = detector)");
  }
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
Result<DetectorModelInfo> complete(DetectorModelInfo info, const nets::YoloxImpl& net) {
  const auto wrong = [](std::string what) { return fail(ErrorCode::kInvalidArgument, "detector model: " + what); };
  const auto variant = nets::yolox_variant(info.net);
  if (info.name.empty()) return wrong("it needs a name");
  if (!variant) return wrong(std::format("no detection network is called '{}'", info.net));
  if (info.classes != net.classes())
    return wrong(std::format("{} classes; the network has {}", info.classes, net.classes()));
  if (info.input_width_px == 0 && info.input_height_px == 0) info.input_width_px = info.input_height_px = variant->input_px;
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
  const auto variant = nets::yolox_variant(info->net);
  if (!variant) return fail(ErrorCode::kUnsupported, std::format("no detection network is called '{}'", info->net));
  nets::Yolox net(*variant, info->classes);
  if (auto loaded = nn::load_weights(file.tensors, *net); !loaded) return std::unexpected(loaded.error());
  net->eval();
  return DetectorModel{.info = *std::move(info), .net = std::move(net)};
}

}  // namespace

core::Status save_detector(const std::filesystem::path& path, const nets::YoloxImpl& net, const DetectorModelInfo& given,
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
  const auto file = nn::read_safetensors(path);
  if (!file) return std::unexpected(file.error());
  auto model = build_model(*file);
  if (!model) return std::unexpected(model.error().with_context(path.string()));
  return model;
}

}  // namespace vigil::vision
