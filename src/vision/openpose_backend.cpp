// OpenPose, frozen, behind vision/pose_backend.h.
#include <format>

#include <torch/torch.h>

#include "nn/device.h"
#include "vision/input_batch.h"
#include "vision/map_planes.h"
#include "vision/openpose_decoder.h"
#include "vision/openpose_model.h"
#include "vision/pose_backend.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr auto kCellPx = static_cast<float>(nets::OpenPoseMobileNetImpl::kCellPx);

class OpenPosePose : public PoseBackend {
 public:
  OpenPosePose(nets::OpenPoseMobileNet net, PoseEstimatorInfo info, const OpenPoseDecoderOptions& decoder,
               const nn::FreezeOptions& how)
      : net_(std::move(net)),
        info_(std::move(info)),
        decoder_(decoder),
        input_({.width_px = info_.input_width_px, .height_px = info_.input_height_px}, how) {
    nn::freeze(*net_, how);
  }

  const PoseEstimatorInfo& info() const override { return info_; }

  Result<std::vector<std::vector<core::PersonPose>>> people(std::span<const FramePart> parts) override {
    const c10::InferenceMode inference;
    std::vector<std::vector<core::PersonPose>> out;
    out.reserve(parts.size());
    try {
      while (!parts.empty()) {
        const InputBatch::Filled batch = input_.fill(parts);
        const nets::OpenPoseMaps maps = net_->forward(batch.pixels);
        const MapPlanes body_parts(maps.parts), limbs(maps.limbs);
        for (std::size_t n = 0; n < batch.parts; ++n) {
          out.push_back(in_part({.width = static_cast<int>(maps.parts.size(3)),
                                 .height = static_cast<int>(maps.parts.size(2)),
                                 .parts = body_parts.of(n),
                                 .limbs = limbs.of(n)},
                                parts[n].part));
        }
        parts = parts.subspan(batch.parts);
      }
    } catch (const c10::Error& error) {
      return fail(ErrorCode::kInternal, std::format("{}: torch failed: {}", info_.name, error.what_without_backtrace()));
    }
    return out;
  }

 private:
  std::vector<core::PersonPose> in_part(const OpenPoseGrid& grid, const PixelRect& part) const {
    std::vector<core::PersonPose> people;
    for (const DecodedPerson& person : decode_openpose(grid, decoder_)) {
      people.push_back(in_frame(person, kCellPx, input_.letterbox(), part));
      if (people.back().box.empty()) people.pop_back();
    }
    return people;
  }

  nets::OpenPoseMobileNet net_;
  PoseEstimatorInfo info_;
  OpenPoseDecoderOptions decoder_;
  InputBatch input_;
};

}  // namespace

Result<std::unique_ptr<PoseBackend>> load_openpose_pose(const std::filesystem::path& path,
                                                        const PoseEstimatorOptions& options) {
  const auto device = nn::choose_device(options.device);
  if (!device) return std::unexpected(device.error());
  auto model = load_openpose(path);
  if (!model) return std::unexpected(model.error());
  if (options.threads > 0) nn::set_threads(options.threads);
  const bool own_size = options.input_width_px == 0;
  PoseEstimatorInfo info{.name = model->info.name,
                         .kind = "OpenPose",
                         .input_width_px = own_size ? model->info.input_width_px : options.input_width_px,
                         .input_height_px = own_size ? model->info.input_height_px : options.input_height_px};
  return std::make_unique<OpenPosePose>(
      std::move(model->net), std::move(info),
      OpenPoseDecoderOptions{.score_threshold = options.score_threshold, .max_people = options.max_people},
      nn::freeze_options(*device, options.precision));
}

}  // namespace vigil::vision
