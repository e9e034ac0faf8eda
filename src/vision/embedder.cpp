#include "vision/embedder.h"

#include <algorithm>
#include <cmath>
#include <format>

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include "nn/conv_block.h"
#include "nn/device.h"
#include "vision/embedder_model.h"
#include "vision/frame_part.h"
#include "vision/letterbox.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using torch::Tensor;

constexpr std::int64_t kBatch = 8;
constexpr std::int64_t kChannels = 3;
constexpr int kMinSidePx = 2;

// The whole pixels that the box touches inside the frame.
PixelRect pixels_of(const core::Box& box, const media::Frame& frame) {
  if (!box.finite()) return {};
  const core::Box inside = core::clipped(box, static_cast<float>(frame.width_px()), static_cast<float>(frame.height_px()));
  if (inside.empty()) return {};
  const int left = static_cast<int>(std::floor(inside.left));
  const int top = static_cast<int>(std::floor(inside.top));
  return {.left = left,
          .top = top,
          .width = std::min(static_cast<int>(std::ceil(inside.right())), frame.width_px()) - left,
          .height = std::min(static_cast<int>(std::ceil(inside.bottom())), frame.height_px()) - top};
}

struct Shown {
  FramePart part;
  std::size_t place;  // among the people asked for
};

}  // namespace

core::Status EmbedderOptions::validate() const {
  if (threads < 0) return fail(ErrorCode::kInvalidArgument, "embedder options: threads must be 0 or more");
  return {};
}

struct Embedder::Impl {
  nets::Osnet net;
  EmbedderInfo info;
  torch::Device device;
  Tensor pixels;                     // [kBatch, height, width, 3] float32
  std::vector<Letterbox> stretches;  // one per row of the batch

  Impl(EmbedderModel model, const nn::FreezeOptions& freeze_options)
      : net(std::move(model.net)),
        info{.name = model.info.name,
             .input_width_px = model.info.input_width_px,
             .input_height_px = model.info.input_height_px,
             .length = net->options().embedding},
        device(freeze_options.device),
        pixels(torch::zeros({kBatch, info.input_height_px, info.input_width_px, kChannels})),
        stretches(kBatch, Letterbox({.width_px = info.input_width_px,
                                     .height_px = info.input_height_px,
                                     .order = ChannelOrder::kRgb,
                                     .fit = Fit::kStretch})) {
    nn::freeze(*net, freeze_options);
  }

  void fill(std::span<const Shown> people) {
    const auto values = static_cast<std::size_t>(pixels.numel() / kBatch);
    at::parallel_for(0, static_cast<std::int64_t>(people.size()), 1, [&](std::int64_t begin, std::int64_t end) {
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
        const FramePart& part = people[i].part;
        stretches[i].fill(*part.frame, part.part, std::span(pixels.data_ptr<float>() + i * values, values));
      }
    });
  }

  void look(std::span<const Shown> people, std::vector<Embedding>& looks) {
    fill(people);
    const Tensor found = net->forward(pixels.permute({0, 3, 1, 2}).to(device)).to(torch::kCPU).contiguous();
    for (std::size_t i = 0; i < people.size(); ++i) {
      const float* values = found.data_ptr<float>() + i * static_cast<std::size_t>(info.length);
      Embedding look(values, values + info.length);
      if (normalize(look)) looks[people[i].place] = std::move(look);
    }
  }
};

Embedder::Embedder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Embedder::~Embedder() = default;

Result<std::unique_ptr<Embedder>> Embedder::load(const std::filesystem::path& path, const EmbedderOptions& options) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  const auto device = nn::choose_device(options.device);
  if (!device) return std::unexpected(device.error());
  auto model = load_embedder_model(path);
  if (!model) return std::unexpected(model.error());
  if (options.threads > 0) nn::set_threads(options.threads);
  return std::unique_ptr<Embedder>(
      new Embedder(std::make_unique<Impl>(*std::move(model), nn::freeze_options(*device, options.precision))));
}

const EmbedderInfo& Embedder::info() const { return impl_->info; }

Result<std::vector<Embedding>> Embedder::embed(std::span<const PersonView> people) {
  std::vector<Embedding> looks(people.size());
  std::vector<Shown> shown;
  for (std::size_t i = 0; i < people.size(); ++i) {
    const media::Frame& frame = *people[i].frame;
    if (!frame.valid()) return fail(ErrorCode::kInvalidArgument, "a frame holds no picture");
    if (auto taken = Letterbox::check(frame, whole(frame)); !taken) return std::unexpected(taken.error());
    const PixelRect part = pixels_of(people[i].box, frame);
    if (part.width >= kMinSidePx && part.height >= kMinSidePx) shown.push_back({.part = {&frame, part}, .place = i});
  }
  const c10::InferenceMode inference;
  try {
    for (std::span<const Shown> rest(shown); !rest.empty();) {
      const auto batch = rest.first(std::min(rest.size(), static_cast<std::size_t>(kBatch)));
      impl_->look(batch, looks);
      rest = rest.subspan(batch.size());
    }
  } catch (const c10::Error& error) {
    return fail(ErrorCode::kInternal, std::format("{}: torch failed: {}", impl_->info.name, error.what_without_backtrace()));
  }
  return looks;
}

}  // namespace vigil::vision
