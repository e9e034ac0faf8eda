#include "vision/movenet_people.h"

#include <format>

#include <torch/torch.h>

#include "nn/device.h"
#include "nn/tfjs_weights.h"
#include "vision/map_planes.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr int kOwnInput = 384;
constexpr auto kCellPx = static_cast<float>(nets::MoveNetImpl::kCellPx);

}  // namespace

MoveNetPeople::MoveNetPeople(nets::MoveNet net, InputSize size, const MoveNetOptions& options, const nn::FreezeOptions& how)
    : net_(std::move(net)),
      size_(size),
      decoder_(options.decoder),
      input_({.width_px = size.width_px, .height_px = size.height_px, .order = ChannelOrder::kRgb}, how) {
  nn::freeze(*net_, how);
}

Result<MoveNetPeople> MoveNetPeople::load(const std::filesystem::path& model, const MoveNetOptions& options) {
  const auto device = nn::choose_device(options.device);
  if (!device) return std::unexpected(device.error());
  const auto tensors = nn::read_tfjs_weights(model);
  if (!tensors) return std::unexpected(tensors.error());
  nets::MoveNet net;
  if (auto loaded = net->load_tfjs(*tensors); !loaded) return std::unexpected(loaded.error().with_context(model.string()));
  net->eval();
  const bool own = options.width_px == 0;
  return MoveNetPeople(std::move(net),
                       {.width_px = own ? kOwnInput : options.width_px, .height_px = own ? kOwnInput : options.height_px},
                       options, nn::freeze_options(*device, options.precision));
}

Result<std::vector<std::vector<core::PersonPose>>> MoveNetPeople::find(std::span<const FramePart> parts) {
  const c10::InferenceMode inference;
  std::vector<std::vector<core::PersonPose>> out;
  out.reserve(parts.size());
  try {
    while (!parts.empty()) {
      const InputBatch::Filled batch = input_.fill(parts);
      const nets::MoveNetMaps maps = net_->forward(batch.pixels);
      const MapPlanes center(maps.center), size(maps.box_size), offset(maps.box_offset);
      const MapPlanes heat(maps.key_heat), reach(maps.key_reach), key_offset(maps.key_offset);
      for (std::size_t n = 0; n < batch.parts; ++n) {
        std::vector<core::PersonPose>& people = out.emplace_back();
        for (const DecodedPerson& person : decode_people({.width = static_cast<int>(maps.center.size(3)),
                                                          .height = static_cast<int>(maps.center.size(2)),
                                                          .center = center.of(n),
                                                          .box_size = size.of(n),
                                                          .box_offset = offset.of(n),
                                                          .key_heat = heat.of(n),
                                                          .key_reach = reach.of(n),
                                                          .key_offset = key_offset.of(n)},
                                                         decoder_)) {
          people.push_back(in_frame(person, kCellPx, input_.letterbox(), parts[n].part));
          if (people.back().box.empty()) people.pop_back();
        }
      }
      parts = parts.subspan(batch.parts);
    }
  } catch (const c10::Error& error) {
    return fail(ErrorCode::kInternal, std::format("MoveNet: torch failed: {}", error.what_without_backtrace()));
  }
  return out;
}

}  // namespace vigil::vision
