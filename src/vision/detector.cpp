#include "vision/detector.h"

#include <algorithm>
#include <cmath>
#include <format>

#include "vision/detector_backend.h"
#include "vision/suppression.h"

namespace vigil::vision {
namespace {

using core::Detection;
using core::ErrorCode;
using core::fail;
using core::Result;

constexpr float kMaxCover = 0.6F;  // of a box inside another, where tiles overlap
constexpr int kMaxTiles = 8;
constexpr int kMaxInput = 8192;

// `count` stretches of equal length that cover [0, extent), neighbours sharing `overlap` of a stretch.
std::vector<std::pair<int, int>> stretches(int extent, int count, double overlap) {
  const int length = std::min(extent, static_cast<int>(std::ceil(extent / (count - (count - 1) * overlap))));
  std::vector<std::pair<int, int>> out;
  for (int i = 0; i < count; ++i) {
    const int begin = count == 1 ? 0 : static_cast<int>(static_cast<std::int64_t>(extent - length) * i / (count - 1));
    out.emplace_back(begin, length);
  }
  return out;
}

void add_tiles(const media::Frame& frame, const Tiling& tiling, std::vector<FramePart>& parts) {
  for (const auto& [top, height] : stretches(frame.height_px(), tiling.rows, tiling.overlap)) {
    for (const auto& [left, width] : stretches(frame.width_px(), tiling.columns, tiling.overlap)) {
      parts.push_back({.frame = &frame, .part = {.left = left, .top = top, .width = width, .height = height}});
    }
  }
}

Result<std::unique_ptr<DetectorBackend>> load_backend(const std::filesystem::path& model, const DetectorOptions& options) {
  std::error_code ignored;
  if (!std::filesystem::exists(model, ignored)) {
    return fail(ErrorCode::kNotFound, std::format("no such file: {}", model.string()));
  }
  const std::string extension = model.extension().string();
  if (extension == ".safetensors") return load_yolox_backend(model, options);
  if (extension == ".onnx" || extension == ".weights" || extension == ".cfg") return load_foreign_backend(model, options);
  return fail(ErrorCode::kUnsupported,
              std::format("{}: a detector is a .safetensors, .onnx, .weights or .cfg file", model.string()));
}

}  // namespace

core::Status DetectorOptions::validate() const {
  const auto wrong = [](std::string what) { return fail(ErrorCode::kInvalidArgument, "detector options: " + what); };
  for (const int size : {input_width_px, input_height_px}) {
    if (size < 0 || size > kMaxInput || size % 32 != 0) {
      return wrong(std::format("an input of {} pixels; take a multiple of 32 up to {}", size, kMaxInput));
    }
  }
  if ((input_width_px == 0) != (input_height_px == 0)) return wrong("give both sides of the input, or none");
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

bool wants(const DetectorOptions& options, int class_id) {
  return options.classes.empty() || std::ranges::contains(options.classes, class_id);
}

struct Detector::Impl {
  DetectorOptions options;
  std::unique_ptr<DetectorBackend> backend;
};

Detector::Detector(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Detector::~Detector() = default;

Result<std::unique_ptr<Detector>> Detector::load(const std::filesystem::path& model, const DetectorOptions& options) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  auto backend = load_backend(model, options);
  if (!backend) return std::unexpected(backend.error());
  return std::unique_ptr<Detector>(new Detector(std::make_unique<Impl>(options, *std::move(backend))));
}

const DetectorInfo& Detector::info() const { return impl_->backend->info(); }

Result<std::vector<std::vector<Detection>>> Detector::detect(std::span<const media::Frame> frames) {
  const Tiling& tiling = impl_->options.tiling;
  std::vector<FramePart> parts;
  for (const media::Frame& frame : frames) {
    if (!frame.valid()) return fail(ErrorCode::kInvalidArgument, "a frame holds no picture");
    if (auto taken = Letterbox::check(frame, whole(frame)); !taken) return std::unexpected(taken.error());
    add_tiles(frame, tiling, parts);
  }
  auto found = impl_->backend->candidates(parts);
  if (!found) return std::unexpected(found.error());

  const std::size_t tiles = static_cast<std::size_t>(tiling.columns) * tiling.rows;
  std::vector<std::vector<Detection>> out(frames.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::vector<Detection>& all = out[i / tiles];
    all.insert(all.end(), (*found)[i].begin(), (*found)[i].end());
  }
  for (std::vector<Detection>& detections : out) {
    suppress_overlaps(detections, impl_->options.max_iou);
    if (tiles > 1) suppress_fragments(detections, kMaxCover);
  }
  return out;
}

}  // namespace vigil::vision
