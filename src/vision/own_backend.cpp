// Vigil's own networks, frozen, behind vision/detector_backend.h.
#include <format>

#include <torch/torch.h>

#include "nn/conv_block.h"
#include "nn/device.h"
#include "vision/detector_backend.h"
#include "vision/detector_model.h"
#include "vision/grid_decoder.h"
#include "vision/input_batch.h"

namespace vigil::vision {
namespace {

using core::Detection;
using core::ErrorCode;
using core::fail;
using core::Result;
using torch::Tensor;

// Maps of any type and device, as floats with the values of a point together.
class PointValues {
 public:
  explicit PointValues(const Tensor& maps)
      : rows_(maps.permute({0, 2, 3, 1}).to(torch::kCPU, torch::kFloat32).contiguous()) {}

  std::span<const float> of(std::size_t picture) const {
    const auto values = static_cast<std::size_t>(rows_.numel() / rows_.size(0));
    return {rows_.data_ptr<float>() + picture * values, values};
  }

 private:
  Tensor rows_;
};

class OwnBackend : public DetectorBackend {
 public:
  OwnBackend(DetectorModel model, DetectorInfo info, const nn::FreezeOptions& freeze_options, const DetectorOptions& options,
             const std::vector<int>& wanted)
      : net_(std::move(model.net)),
        info_(std::move(info)),
        threshold_(options.score_threshold),
        wanted_(wanted.begin(), wanted.end()),
        input_({.width_px = info_.input_width_px, .height_px = info_.input_height_px}, freeze_options) {
    nn::freeze(*net_, freeze_options);
  }

  const DetectorInfo& info() const override { return info_; }

  core::Status candidates(std::span<const FramePart> parts, std::span<std::vector<Detection>> found) override {
    const c10::InferenceMode inference;
    try {
      while (!parts.empty()) {
        const InputBatch::Filled batch = input_.fill(parts);
        for (const nets::DetectionGrid& grid : net_->grids(batch.pixels)) decode(grid, found.first(batch.parts));
        for (std::size_t n = 0; n < batch.parts; ++n) to_frame(parts[n].part, found[n]);
        parts = parts.subspan(batch.parts);
        found = found.subspan(batch.parts);
      }
    } catch (const c10::Error& error) {
      return fail(ErrorCode::kInternal, std::format("{}: torch failed: {}", info_.name, error.what_without_backtrace()));
    }
    return {};
  }

 private:
  void decode(const nets::DetectionGrid& grid, std::span<std::vector<Detection>> found) const {
    const auto decode_grid = net_->box_code() == nets::BoxCode::kDistances ? &decode_distances : &decode_center_size;
    const PointValues boxes(grid.boxes), classes(select_wanted(grid.classes));
    for (std::size_t n = 0; n < found.size(); ++n) {
      decode_grid({.width = static_cast<int>(grid.boxes.size(3)),
                   .height = static_cast<int>(grid.boxes.size(2)),
                   .stride = grid.stride,
                   .boxes = boxes.of(n),
                   .classes = classes.of(n)},
                  threshold_, found[n]);
    }
  }

  void to_frame(const PixelRect& part, std::vector<Detection>& found) const {
    for (Detection& each : found) {
      each.box = input_.letterbox().to_frame(each.box, part);
      each.class_id = static_cast<int>(wanted_[static_cast<std::size_t>(each.class_id)]);
    }
    std::erase_if(found, [](const Detection& each) { return each.box.empty(); });
  }

  Tensor select_wanted(const Tensor& classes) const {
    if (wanted_.size() == 1) return classes.narrow(1, wanted_.front(), 1);
    if (static_cast<std::int64_t>(wanted_.size()) == classes.size(1)) return classes;
    return classes.index_select(1, torch::tensor(wanted_, classes.device()));
  }

  std::shared_ptr<nets::DetectionNet> net_;
  DetectorInfo info_;
  float threshold_;
  std::vector<std::int64_t> wanted_;
  InputBatch input_;
};

}  // namespace

Result<std::unique_ptr<DetectorBackend>> load_own_backend(const std::filesystem::path& path,
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
                    .kind = model->net->family(),
                    .classes = model->info.classes,
                    .input_width_px = own_size ? model->info.input_width_px : options.input_width_px,
                    .input_height_px = own_size ? model->info.input_height_px : options.input_height_px};
  return std::make_unique<OwnBackend>(*std::move(model), std::move(info), nn::freeze_options(*device, options.precision),
                                      options, *wanted);
}

}  // namespace vigil::vision
