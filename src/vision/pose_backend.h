// PoseBackend: what runs a pose network, behind vision/pose_estimator.h: parts of frames in, people in frame pixels out.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/pose.h"
#include "core/result.h"
#include "vision/frame_part.h"
#include "vision/pose_estimator.h"

namespace vigil::vision {

class PoseBackend {
 public:
  virtual ~PoseBackend() = default;
  virtual const PoseEstimatorInfo& info() const = 0;
  // One list per part, surest first. Every part passed Letterbox::check.
  virtual core::Result<std::vector<std::vector<core::PersonPose>>> people(std::span<const FramePart> parts) = 0;
};

// Errors: as PoseEstimator::load.
core::Result<std::unique_ptr<PoseBackend>> load_movenet_pose(const std::filesystem::path& path,
                                                             const PoseEstimatorOptions& options);
core::Result<std::unique_ptr<PoseBackend>> load_openpose_pose(const std::filesystem::path& path,
                                                              const PoseEstimatorOptions& options);

}  // namespace vigil::vision
