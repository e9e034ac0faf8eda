// Vigil's own YOLOX networks, frozen, behind vision/detector_backend.h.
#include <algorithm>
#include <cmath>
#include <format>

#include <torch/torch.h>

#include "nn/device.h"
#include "vision/detector_backend.h"
#include "vision/detector_model.h"
#include "vision/input_batch.h"

namespace vigil::vision {
namespace {

using core::Detection;
using core::ErrorCode;
using core::fail;
using core::Result;
using torch::Tensor;

constexpr int kBoxValues = 5;  // centre, size, objectness

float sigmoid(float logit) { return 1 / (1 + std::exp(-logit)); }

// [N, C, H, W] of any type and device → the same values as floats, channel last.
Tensor to_rows(const Tensor& maps) { return maps.permute({0, 2, 3, 1}).to(torch::kCPU, torch::kFloat32).contiguous(); }

class YoloxBackend : public DetectorBackend {
 public:
  YoloxBackend(DetectorModel model, DetectorInfo info, const nn::FreezeOptions& freeze_options,
               const DetectorOptions& options, const std::vector<int>& wanted)
      : net_(std::move(model.net)),
        info_(std::move(info)),
        options_(options),
        wanted_(wanted.begin(), wanted.end()),
        input_({.width_px = info_.input_width_px, .height_px = info_.input_height_px}, freeze_options) {
    nn::freeze(*net_, freeze_options);
  }

  const DetectorInfo& info() const override { return info_; }

  Result<Candidates> candidates(std::span<const FramePart> parts) override {
    const c10::InferenceMode inference;
    Candidates out;
    out.reserve(parts.size());
    try {
      for (auto rest = parts; !rest.empty();) {
        const InputBatch::Filled batch = input_.fill(rest);
        out.resize(out.size() + batch.parts);
        const std::span found = std::span(out).last(batch.parts);
        for (const nets::YoloxGrid& grid : net_->grids(batch.pixels)) decode(grid, rest.first(batch.parts), found);
        rest = rest.subspan(batch.parts);
      }
    } catch (const c10::Error& error) {
      return fail(ErrorCode::kInternal, std::format("{}: torch failed: {}", info_.name, error.what_without_backtrace()));
    }
    return out;
  }

 private:
  void decode(const nets::YoloxGrid& grid, std::span<const FramePart> parts, std::span<std::vector<Detection>> out) const {
    const Tensor boxes = to_rows(grid.boxes);
    const Tensor classes = to_rows(select_wanted(grid.classes));
    const std::int64_t height = boxes.size(1);
    const std::int64_t width = boxes.size(2);
    const std::int64_t points = height * width;
    const auto wanted = static_cast<std::int64_t>(wanted_.size());
    for (std::size_t n = 0; n < parts.size(); ++n) {
      const float* box = boxes.data_ptr<float>() + static_cast<std::int64_t>(n) * points * kBoxValues;
      const float* scores = classes.data_ptr<float>() + static_cast<std::int64_t>(n) * points * wanted;
      for (std::int64_t i = 0; i < points; ++i, box += kBoxValues, scores += wanted) {
        const float objectness = sigmoid(box[4]);
        if (!(objectness >= options_.score_threshold)) continue;  // a class score is at most one
        const auto best = std::max_element(scores, scores + wanted) - scores;
        const float score = objectness * sigmoid(scores[best]);
        if (!(score >= options_.score_threshold)) continue;
        const auto stride = static_cast<float>(grid.stride);
        const float box_width = std::exp(box[2]) * stride;
        const float box_height = std::exp(box[3]) * stride;
        const core::Box in_input{.left = (box[0] + static_cast<float>(i % width)) * stride - box_width / 2,
                                 .top = (box[1] + static_cast<float>(i / width)) * stride - box_height / 2,
                                 .width = box_width,
                                 .height = box_height};
        if (!in_input.finite()) continue;
        const core::Box in_frame = input_.letterbox().to_frame(in_input, parts[n].part);
        if (in_frame.empty()) continue;
        out[n].push_back(
            {.box = in_frame, .score = score, .class_id = static_cast<int>(wanted_[static_cast<std::size_t>(best)])});
      }
    }
  }

  Tensor select_wanted(const Tensor& classes) const {
    if (wanted_.size() == 1) return classes.narrow(1, wanted_.front(), 1);
    if (static_cast<std::int64_t>(wanted_.size()) == classes.size(1)) return classes;
    return classes.index_select(1, torch::tensor(wanted_, classes.device()));
  }

  nets::Yolox net_;
  DetectorInfo info_;
  DetectorOptions options_;
  std::vector<std::int64_t> wanted_;
  InputBatch input_;
};

}  // namespace

Result<std::unique_ptr<DetectorBackend>> load_yolox_backend(const std::filesystem::path& path,
                                                            const DetectorOptions& options) {
  const auto device = nn::choose_device(options.device);
  if (!device) return std::unexpected(device.error());
  auto model = load_detector_model(path);
  if (!model) return std::unexpected(model.error());
  const auto wanted = wanted_classes(options, model->info.classes);
  if (!wanted) return std::unexpected(wanted.error().with_context(path.string()));
  if (options.threads > 0) nn::set_threads(options.threads);
  const bool own_size = options.input_width_px == 0;
  DetectorInfo info{.name = model->info.name,
                    .kind = "YOLOX",
                    .classes = model->info.classes,
                    .input_width_px = own_size ? model->info.input_width_px : options.input_width_px,
                    .input_height_px = own_size ? model->info.input_height_px : options.input_height_px};
  return std::make_unique<YoloxBackend>(*std::move(model), std::move(info), nn::freeze_options(*device, options.precision),
                                        options, *wanted);
}

}  // namespace vigil::vision
