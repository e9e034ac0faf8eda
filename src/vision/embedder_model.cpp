#include "vision/embedder_model.h"

#include <format>

#include <torch/torch.h>

#include "nn/onnx_weights.h"
#include "nn/weights.h"
#include "vision/model_fields.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr const char* kKind = "embedder";
constexpr const char* kNetField = "net";
constexpr const char* kNet = "osnet-x0.25";
constexpr const char* kLengthField = "embedding";
constexpr int kMinInput = 32;
constexpr NumberRange kInputRange{.most = 1024};
constexpr NumberRange kLengthRange{.most = 4096};

struct Fields {
  EmbedderModelInfo info;
  int length = 0;
};

Result<Fields> read_fields(const nn::Metadata& metadata) {
  if (auto kind = require_kind(metadata, kKind, "network for people's looks"); !kind) return std::unexpected(kind.error());
  const auto net = text_field(metadata, kNetField);
  if (!net) return std::unexpected(net.error());
  if (*net != kNet) return fail(ErrorCode::kUnsupported, std::format("no network for people's looks is called '{}'", *net));
  Fields fields;
  auto name = text_field(metadata, "name");
  if (!name) return std::unexpected(name.error());
  fields.info.name = *std::move(name);
  struct NumberField {
    const char* key;
    int* into;
    NumberRange range;
  };
  for (const NumberField& field : {NumberField{"input.width_px", &fields.info.input_width_px, kInputRange},
                                   NumberField{"input.height_px", &fields.info.input_height_px, kInputRange},
                                   NumberField{kLengthField, &fields.length, kLengthRange}}) {
    const auto number = number_field(metadata, field.key, field.range);
    if (!number) return std::unexpected(number.error());
    *field.into = *number;
  }
  for (const int side : {fields.info.input_width_px, fields.info.input_height_px}) {
    if (side < kMinInput) {
      return fail(ErrorCode::kUnreadable, std::format("an input of {} pixels; at least {} are needed", side, kMinInput));
    }
  }
  return fields;
}

Result<EmbedderModel> from_safetensors(const std::filesystem::path& path) {
  const auto file = nn::read_safetensors(path);
  if (!file) return std::unexpected(file.error());
  auto fields = read_fields(file->metadata);
  if (!fields) return std::unexpected(fields.error().with_context(path.string()));
  EmbedderModel model{.info = std::move(fields->info), .net = nets::Osnet(nets::OsnetOptions{.embedding = fields->length})};
  if (auto loaded = nn::load_weights(file->tensors, *model.net); !loaded) {
    return std::unexpected(loaded.error().with_context(path.string()));
  }
  return model;
}

Result<EmbedderModel> from_onnx(const std::filesystem::path& path) {
  const auto weights = nn::read_onnx_weights(path);
  if (!weights) return std::unexpected(weights.error());
  EmbedderModel model{.info = {.name = path.stem().string()}, .net = nets::Osnet()};
  if (auto loaded = model.net->load_onnx(*weights); !loaded)
    return std::unexpected(loaded.error().with_context(path.string()));
  return model;
}

Result<EmbedderModel> load(const std::filesystem::path& path) {
  if (path.extension() == ".safetensors") return from_safetensors(path);
  if (path.extension() == ".onnx") return from_onnx(path);
  return fail(ErrorCode::kUnsupported,
              std::format("{}: a network for people's looks is a .safetensors or .onnx file", path.string()));
}

}  // namespace

core::Status save_embedder(const std::filesystem::path& path, const nets::OsnetImpl& net, const EmbedderModelInfo& info,
                           const SaveEmbedderOptions& options) {
  nn::Metadata metadata = {{kKindField, kKind},
                           {kNetField, kNet},
                           {"name", info.name},
                           {"input.width_px", std::to_string(info.input_width_px)},
                           {"input.height_px", std::to_string(info.input_height_px)},
                           {kLengthField, std::to_string(net.options().embedding)}};
  if (const auto readable = read_fields(metadata); !readable) {
    return fail(ErrorCode::kInvalidArgument, std::format("{}: {}", path.string(), readable.error().message));
  }
  return nn::save_weights(path, net, {.metadata = std::move(metadata), .half = options.half});
}

Result<EmbedderModel> load_embedder_model(const std::filesystem::path& path) {
  auto model = load(path);
  if (model) model->net->eval();
  return model;
}

}  // namespace vigil::vision
