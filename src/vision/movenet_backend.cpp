// MoveNet behind vision/pose_backend.h, and behind vision/detector_backend.h for its boxes alone.
#include <utility>

#include "nn/device.h"
#include "vision/detector_backend.h"
#include "vision/movenet_people.h"
#include "vision/pose_backend.h"

namespace vigil::vision {
namespace {

using core::Result;

constexpr const char* kKind = "MoveNet";

template <typename Options>
Result<MoveNetPeople> load(const std::filesystem::path& path, const Options& options, int max_people) {
  auto loaded = MoveNetPeople::load(
      path, {.width_px = options.input_width_px,
             .height_px = options.input_height_px,
             .decoder = {.score_threshold = options.score_threshold, .max_iou = options.max_iou, .max_people = max_people},
             .precision = options.precision,
             .device = options.device});
  if (loaded && options.threads > 0) nn::set_threads(options.threads);
  return loaded;
}

class MoveNetPose : public PoseBackend {
 public:
  MoveNetPose(std::string name, MoveNetPeople people) : people_(std::move(people)) {
    info_ = {.name = std::move(name),
             .kind = kKind,
             .input_width_px = people_.input().width_px,
             .input_height_px = people_.input().height_px};
  }

  const PoseEstimatorInfo& info() const override { return info_; }
  Result<std::vector<std::vector<core::PersonPose>>> people(std::span<const FramePart> parts) override {
    return people_.find(parts);
  }

 private:
  MoveNetPeople people_;
  PoseEstimatorInfo info_;
};

class MoveNetDetector : public DetectorBackend {
 public:
  MoveNetDetector(std::string name, MoveNetPeople people) : people_(std::move(people)) {
    info_ = {.name = std::move(name),
             .kind = kKind,
             .classes = 1,
             .input_width_px = people_.input().width_px,
             .input_height_px = people_.input().height_px};
  }

  const DetectorInfo& info() const override { return info_; }

  core::Status candidates(std::span<const FramePart> parts, std::span<std::vector<core::Detection>> found) override {
    const auto people = people_.find(parts);
    if (!people) return std::unexpected(people.error());
    for (std::size_t i = 0; i < found.size(); ++i) {
      for (const core::PersonPose& person : (*people)[i]) {
        found[i].push_back({.box = person.box, .score = person.score, .class_id = kPersonClass});
      }
    }
    return {};
  }

 private:
  MoveNetPeople people_;
  DetectorInfo info_;
};

}  // namespace

Result<std::unique_ptr<PoseBackend>> load_movenet_pose(const std::filesystem::path& path,
                                                       const PoseEstimatorOptions& options) {
  auto people = load(path, options, options.max_people);
  if (!people) return std::unexpected(people.error());
  return std::make_unique<MoveNetPose>(path.stem().string(), *std::move(people));
}

Result<std::unique_ptr<DetectorBackend>> load_movenet_backend(const std::filesystem::path& path,
                                                              const DetectorOptions& options) {
  const auto wanted = wanted_classes(options, 1);
  if (!wanted) return std::unexpected(wanted.error().with_context(path.string()));
  auto people = load(path, options, PeopleDecoderOptions{}.max_people);
  if (!people) return std::unexpected(people.error());
  return std::make_unique<MoveNetDetector>(path.stem().string(), *std::move(people));
}

}  // namespace vigil::vision
