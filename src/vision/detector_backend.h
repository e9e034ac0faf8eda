// DetectorBackend: what runs a detection network, behind vision/detector.h: parts of frames in, candidates in frame pixels
// out.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/detection.h"
#include "core/result.h"
#include "vision/detector.h"
#include "vision/frame_part.h"

namespace vigil::vision {

class DetectorBackend {
 public:
  virtual ~DetectorBackend() = default;
  virtual const DetectorInfo& info() const = 0;
  // Appends to the part's list in `found`: at least the score threshold, the best class wanted of each point, not yet
  // suppressed. Requires as many lists as parts, all empty, and parts that passed Letterbox::check.
  virtual core::Status candidates(std::span<const FramePart> parts, std::span<std::vector<core::Detection>> found) = 0;
};

// The classes that are to be given, in rising order: options.classes, or all. Errors: kInvalidArgument (not one of `count`).
core::Result<std::vector<int>> wanted_classes(const DetectorOptions& options, int count);

// Errors: as Detector::load.
core::Result<std::unique_ptr<DetectorBackend>> load_own_backend(const std::filesystem::path& path,
                                                                const DetectorOptions& options);
core::Result<std::unique_ptr<DetectorBackend>> load_movenet_backend(const std::filesystem::path& path,
                                                                    const DetectorOptions& options);
core::Result<std::unique_ptr<DetectorBackend>> load_foreign_backend(const std::filesystem::path& path,
                                                                    const DetectorOptions& options);

}  // namespace vigil::vision
