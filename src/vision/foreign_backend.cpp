// Networks from elsewhere through OpenCV DNN, behind vision/detector_backend.h.
#include <algorithm>
#include <charconv>
#include <format>
#include <fstream>
#include <string>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>

#include "vision/detector_backend.h"
#include "vision/foreign_layout.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
namespace fs = std::filesystem;

constexpr int kDefaultInput = 640;  // of files that leave their input's size open

// What a network of each layout was trained to be shown.
struct Normalization {
  ChannelOrder order = ChannelOrder::kBgr;
  double mean = 0;
  double scale = 1;
};

Normalization normalization_of(ForeignLayout layout) {
  switch (layout) {
    case ForeignLayout::kYolox: return {};
    case ForeignLayout::kSsd: return {.order = ChannelOrder::kBgr, .mean = 127.5, .scale = 1 / 127.5};
    default: return {.order = ChannelOrder::kRgb, .mean = 0, .scale = 1 / 255.0};
  }
}

const char* kind_of(ForeignLayout layout) {
  switch (layout) {
    case ForeignLayout::kYolox: return "YOLOX (ONNX)";
    case ForeignLayout::kYolov5: return "YOLOv5 (ONNX)";
    case ForeignLayout::kYolov8: return "YOLOv8 (ONNX)";
    case ForeignLayout::kSsd: return "SSD (ONNX)";
    case ForeignLayout::kDarknet: return "YOLO (Darknet)";
  }
  return "";
}

// OpenCV prints what it throws as well. Its log's level belongs to the whole process: it is given back.
class SilentOpenCv {
 public:
  SilentOpenCv() : before_(cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT)) {}
  ~SilentOpenCv() { cv::utils::logging::setLogLevel(before_); }
  SilentOpenCv(const SilentOpenCv&) = delete;
  SilentOpenCv& operator=(const SilentOpenCv&) = delete;

 private:
  cv::utils::logging::LogLevel before_;
};

fs::path beside(const fs::path& path, const char* extension) { return fs::path(path).replace_extension(extension); }

cv::dnn::Net read_net(const fs::path& path) {
  if (path.extension() == ".onnx") return cv::dnn::readNetFromONNX(path.string());
  return cv::dnn::readNetFromDarknet(beside(path, ".cfg").string(), beside(path, ".weights").string());
}

// "width" or "height" of the [net] section of a Darknet .cfg; 0 when absent.
int darknet_number(const fs::path& cfg, std::string_view key) {
  std::ifstream file(cfg);
  for (std::string line; std::getline(file, line);) {
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != '=') continue;
    int value = 0;
    std::from_chars(line.data() + key.size() + 1, line.data() + line.size(), value);
    return value;
  }
  return 0;
}

InputSize own_size(const fs::path& path, const cv::dnn::Net& net) {
  if (path.extension() != ".onnx") {
    return {darknet_number(beside(path, ".cfg"), "width"), darknet_number(beside(path, ".cfg"), "height")};
  }
  std::vector<cv::dnn::MatShape> in;
  std::vector<cv::dnn::MatShape> out;
  net.getLayerShapes(cv::dnn::MatShape(), 0, in, out);
  if (out.size() != 1 || out[0].size() != 4) return {};
  return {out[0][3], out[0][2]};
}

InputSize choose_size(const fs::path& path, const cv::dnn::Net& net, const DetectorOptions& options) {
  if (options.input_width_px > 0) return {options.input_width_px, options.input_height_px};
  const InputSize own = own_size(path, net);
  if (own.width_px > 0 && own.height_px > 0 && std::max(own.width_px, own.height_px) <= kMaxDetectorInput) return own;
  return {kDefaultInput, kDefaultInput};
}

class ForeignBackend : public DetectorBackend {
 public:
  static Result<std::unique_ptr<DetectorBackend>> load(const fs::path& path, const DetectorOptions& options) {
    auto backend = std::unique_ptr<ForeignBackend>(new ForeignBackend());
    cv::dnn::Net& net = backend->net_ = read_net(path);
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    backend->output_names_ = net.getUnconnectedOutLayersNames();
    backend->size_ = choose_size(path, net, options);
    const auto [width, height] = backend->size_;
    backend->picture_ = cv::Mat(height, width, CV_32FC3, cv::Scalar::all(0));
    const std::vector<OutputView> outputs = backend->run({});
    const auto layout = recognize_layout(outputs, backend->size_);
    if (!layout) {
      std::string shapes;
      for (const OutputView& output : outputs) {
        shapes += " [";
        for (const int length : output.shape) shapes += std::format("{} ", length);
        shapes.back() = ']';
      }
      return fail(ErrorCode::kUnsupported,
                  std::format("{}: outputs of shape{} are of no layout that is known (YOLOX, YOLOv5, YOLOv8, SSD, Darknet)",
                              path.string(), shapes));
    }
    const int classes = class_count(outputs.front(), *layout);
    backend->decoding_ = {.size = backend->size_, .threshold = options.score_threshold, .classes = options.classes};
    if (*layout != ForeignLayout::kSsd) {
      auto wanted = wanted_classes(options, classes);
      if (!wanted) return std::unexpected(wanted.error().with_context(path.string()));
      backend->decoding_.classes = *std::move(wanted);
    }
    backend->layout_ = *layout;
    backend->normalization_ = normalization_of(*layout);
    backend->letterbox_ = Letterbox({.width_px = width, .height_px = height, .order = backend->normalization_.order});
    backend->info_ = {.name = path.stem().string(),
                      .kind = kind_of(*layout),
                      .classes = classes,
                      .input_width_px = width,
                      .input_height_px = height};
    return backend;
  }

  const DetectorInfo& info() const override { return info_; }

  core::Status candidates(std::span<const FramePart> parts, std::span<std::vector<core::Detection>> found) override {
    try {
      for (std::size_t i = 0; i < parts.size(); ++i) find(parts[i], found[i]);
    } catch (const cv::Exception& error) {
      return fail(ErrorCode::kInternal, std::format("{}: OpenCV failed: {}", info_.name, error.err));
    }
    return {};
  }

 private:
  ForeignBackend() : letterbox_({}) {}

  void find(const FramePart& part, std::vector<core::Detection>& found) {
    letterbox_.fill(*part.frame, part.part, std::span(picture_.ptr<float>(), picture_.total() * 3));
    for (const OutputView& output : run(normalization_)) {
      decode(output, layout_, decoding_, [&](core::Detection candidate) {
        candidate.box = letterbox_.to_frame(candidate.box, part.part);
        if (!candidate.box.empty()) found.push_back(candidate);
      });
    }
  }

  // The views hold until the next call.
  std::vector<OutputView> run(const Normalization& normalization) {
    cv::dnn::blobFromImage(picture_, blob_, normalization.scale, cv::Size(), cv::Scalar::all(normalization.mean));
    net_.setInput(blob_);
    outputs_.clear();
    net_.forward(outputs_, output_names_);
    std::vector<OutputView> views;
    for (const cv::Mat& output : outputs_) {
      CV_Assert(output.type() == CV_32F && output.isContinuous());
      views.push_back(
          {.shape = std::vector<int>(output.size.p, output.size.p + output.dims), .values = output.ptr<float>()});
    }
    return views;
  }

  DetectorInfo info_;
  ForeignLayout layout_{};
  DecodeOptions decoding_;
  Normalization normalization_;
  InputSize size_;
  Letterbox letterbox_;
  cv::dnn::Net net_;
  std::vector<cv::String> output_names_;
  cv::Mat picture_, blob_;
  std::vector<cv::Mat> outputs_;
};

}  // namespace

Result<std::unique_ptr<DetectorBackend>> load_foreign_backend(const fs::path& path, const DetectorOptions& options) {
  if (path.extension() != ".onnx") {
    for (const char* extension : {".cfg", ".weights"}) {
      std::error_code ignored;
      if (const fs::path file = beside(path, extension); !fs::is_regular_file(file, ignored)) {
        return fail(ErrorCode::kNotFound, std::format("{} needs {} beside it", path.string(), file.filename().string()));
      }
    }
  }
  const SilentOpenCv silent;
  if (options.threads > 0) cv::setNumThreads(options.threads);
  try {
    return ForeignBackend::load(path, options);
  } catch (const std::exception& error) {
    return fail(ErrorCode::kUnreadable, std::format("{}: OpenCV cannot use it: {}", path.string(), error.what()));
  }
}

}  // namespace vigil::vision
