#include "vision/pose_estimator.h"

#include <format>

#include "vision/detector.h"
#include "vision/pose_backend.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr int kMostPeople = 1000;

Result<std::unique_ptr<PoseBackend>> load_backend(const std::filesystem::path& model, const PoseEstimatorOptions& options) {
  std::error_code ignored;
  if (!std::filesystem::exists(model, ignored)) {
    return fail(ErrorCode::kNotFound, std::format("no such file: {}", model.string()));
  }
  if (model.extension() == ".json") return load_movenet_pose(model, options);
  if (model.extension() == ".safetensors" || model.extension() == ".pth" || model.extension() == ".pt") {
    return load_openpose_pose(model, options);
  }
  return fail(ErrorCode::kUnsupported,
              std::format("{}: a pose estimator is a .json file of TensorFlow.js (MoveNet), or a .safetensors or .pth file "
                          "(OpenPose)",
                          model.string()));
}

}  // namespace

core::Status PoseEstimatorOptions::validate() const {
  const auto wrong = [](std::string what) { return fail(ErrorCode::kInvalidArgument, "pose options: " + what); };
  if (auto size = validate_input_size(input_width_px, input_height_px); !size) return wrong(size.error().message);
  if (!(score_threshold > 0 && score_threshold < 1)) return wrong("score_threshold must lie between 0 and 1");
  if (!(max_iou >= 0 && max_iou <= 1)) return wrong("max_iou must be 0 to 1");
  if (max_people < 1 || max_people > kMostPeople) return wrong(std::format("max_people must be 1 to {}", kMostPeople));
  if (threads < 0) return wrong("threads must be 0 or more");
  return {};
}

struct PoseEstimator::Impl {
  std::unique_ptr<PoseBackend> backend;
  std::vector<FramePart> parts;
};

PoseEstimator::PoseEstimator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PoseEstimator::~PoseEstimator() = default;

Result<std::unique_ptr<PoseEstimator>> PoseEstimator::load(const std::filesystem::path& model,
                                                           const PoseEstimatorOptions& options) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  auto backend = load_backend(model, options);
  if (!backend) return std::unexpected(backend.error());
  return std::unique_ptr<PoseEstimator>(new PoseEstimator(std::make_unique<Impl>(*std::move(backend))));
}

const PoseEstimatorInfo& PoseEstimator::info() const { return impl_->backend->info(); }

Result<std::vector<std::vector<core::PersonPose>>> PoseEstimator::estimate(std::span<const media::Frame> frames) {
  std::vector<FramePart>& parts = impl_->parts;
  parts.clear();
  for (const media::Frame& frame : frames) {
    if (!frame.valid()) return fail(ErrorCode::kInvalidArgument, "a frame holds no picture");
    if (auto taken = Letterbox::check(frame, whole(frame)); !taken) return std::unexpected(taken.error());
    parts.push_back({.frame = &frame, .part = whole(frame)});
  }
  return impl_->backend->people(parts);
}

}  // namespace vigil::vision
