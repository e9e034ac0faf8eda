#include "vision/detector.h"

#include <algorithm>
#include <format>

#include "vision/detector_backend.h"
#include "vision/suppression.h"
#include "vision/tiling.h"

namespace vigil::vision {
namespace {

using core::Detection;
using core::ErrorCode;
using core::fail;
using core::Result;

constexpr int kMaxTiles = 8;

Result<std::unique_ptr<DetectorBackend>> load_backend(const std::filesystem::path& model, const DetectorOptions& options) {
  std::error_code ignored;
  if (!std::filesystem::exists(model, ignored)) {
    return fail(ErrorCode::kNotFound, std::format("no such file: {}", model.string()));
  }
  const std::string extension = model.extension().string();
  if (extension == ".safetensors") return load_own_backend(model, options);
  if (extension == ".json") {
    auto own = load_own_backend(model, options);
    return own || own.error().code != ErrorCode::kUnsupported ? std::move(own) : load_movenet_backend(model, options);
  }
  if (extension == ".onnx" || extension == ".weights" || extension == ".cfg") return load_foreign_backend(model, options);
  return fail(ErrorCode::kUnsupported,
              std::format("{}: a detector is a .safetensors, .json, .onnx, .weights or .cfg file", model.string()));
}

}  // namespace

core::Status validate_input_size(int width_px, int height_px) {
  for (const int size : {width_px, height_px}) {
    if (size < 0 || size > kMaxDetectorInput || size % 32 != 0) {
      return fail(ErrorCode::kInvalidArgument,
                  std::format("an input of {} pixels; take a multiple of 32 up to {}", size, kMaxDetectorInput));
    }
  }
  if ((width_px == 0) != (height_px == 0)) {
    return fail(ErrorCode::kInvalidArgument, "give both sides of the input, or none");
  }
  return {};
}

core::Status DetectorOptions::validate() const {
  const auto wrong = [](std::string what) { return fail(ErrorCode::kInvalidArgument, "detector options: " + what); };
  if (auto size = validate_input_size(input_width_px, input_height_px); !size) return wrong(size.error().message);
  if (!(score_threshold >= 0 && score_threshold <= 1)) return wrong("score_threshold must be 0 to 1");
  if (!(max_iou >= 0 && max_iou <= 1)) return wrong("max_iou must be 0 to 1");
  if (std::ranges::any_of(classes, [](int id) { return id < 0; })) return wrong("classes must be 0 or more");
  if (tiling.columns < 1 || tiling.rows < 1 || tiling.columns > kMaxTiles || tiling.rows > kMaxTiles) {
    return wrong(std::format("tiling must be 1 to {} a side", kMaxTiles));
  }
  if (!(tiling.overlap >= 0 && tiling.overlap <= 0.5)) return wrong("tiling.overlap must be 0 to 0.5");
  if (threads < 0) return wrong("threads must be 0 or more");
  return {};
}

Result<std::vector<int>> wanted_classes(const DetectorOptions& options, int count) {
  std::vector<int> wanted = options.classes;
  if (wanted.empty()) {
    for (int id = 0; id < count; ++id) wanted.push_back(id);
  }
  std::ranges::sort(wanted);
  const auto repeated = std::ranges::unique(wanted);
  wanted.erase(repeated.begin(), repeated.end());
  if (!wanted.empty() && wanted.back() >= count) {
    return fail(ErrorCode::kInvalidArgument, std::format("class {}: it knows 0 to {}", wanted.back(), count - 1));
  }
  return wanted;
}

struct Detector::Impl {
  DetectorOptions options;
  std::unique_ptr<DetectorBackend> backend;
  std::vector<FramePart> parts = {};
  std::vector<std::vector<Detection>> in_tiles = {};

  // Fills `parts`: the frames, or row by row the tiles of each.
  core::Status divide(std::span<const media::Frame> frames);
  // The detections of each part, surest first and none twice.
  core::Status find(std::vector<std::vector<Detection>>& found);
  void join(std::span<const media::Frame> frames, std::vector<std::vector<Detection>>& found) const;

  std::size_t tiles() const { return static_cast<std::size_t>(options.tiling.columns) * options.tiling.rows; }
};

core::Status Detector::Impl::divide(std::span<const media::Frame> frames) {
  parts.clear();
  for (const media::Frame& frame : frames) {
    if (!frame.valid()) return fail(ErrorCode::kInvalidArgument, "a frame holds no picture");
    if (auto taken = Letterbox::check(frame, whole(frame)); !taken) return taken;
    if (tiles() == 1) {
      parts.push_back({.frame = &frame, .part = whole(frame)});
      continue;
    }
    for (const PixelRect& tile : tiles_of(frame.width_px(), frame.height_px(), options.tiling)) {
      parts.push_back({.frame = &frame, .part = tile});
    }
  }
  return {};
}

core::Status Detector::Impl::find(std::vector<std::vector<Detection>>& found) {
  found.resize(parts.size());
  for (std::vector<Detection>& each : found) each.clear();
  if (auto done = backend->candidates(parts, found); !done) return done;
  for (std::vector<Detection>& each : found) suppress_overlaps(each, options.max_iou);
  return {};
}

void Detector::Impl::join(std::span<const media::Frame> frames, std::vector<std::vector<Detection>>& found) const {
  found.clear();
  std::vector<PixelRect> rects;
  for (const FramePart& part : parts) rects.push_back(part.part);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    found.push_back(join_tiles(
        std::span(rects).subspan(i * tiles(), tiles()), std::span(in_tiles).subspan(i * tiles(), tiles()),
        {.frame_width_px = frames[i].width_px(), .frame_height_px = frames[i].height_px(), .max_iou = options.max_iou}));
  }
}

Detector::Detector(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Detector::~Detector() = default;

Result<std::unique_ptr<Detector>> Detector::load(const std::filesystem::path& model, const DetectorOptions& options) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  auto backend = load_backend(model, options);
  if (!backend) return std::unexpected(backend.error());
  return std::unique_ptr<Detector>(
      new Detector(std::make_unique<Impl>(Impl{.options = options, .backend = *std::move(backend)})));
}

const DetectorInfo& Detector::info() const { return impl_->backend->info(); }

core::Status Detector::detect(std::span<const media::Frame> frames, std::vector<std::vector<Detection>>& found) {
  if (auto divided = impl_->divide(frames); !divided) return divided;
  if (impl_->tiles() == 1) return impl_->find(found);
  if (auto done = impl_->find(impl_->in_tiles); !done) return done;
  impl_->join(frames, found);
  return {};
}

Result<std::vector<std::vector<Detection>>> Detector::detect(std::span<const media::Frame> frames) {
  std::vector<std::vector<Detection>> found;
  if (auto done = detect(frames, found); !done) return std::unexpected(done.error());
  return found;
}

}  // namespace vigil::vision
