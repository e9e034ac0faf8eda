// Detector: takes Frames, gives the Detections in each of them. Free of torch, so that behaviour and pipeline can use it.
//
//   auto detector = Detector::load("yolox-nano.safetensors", {.score_threshold = 0.3F});
//   auto found = (*detector)->detect(frames);
//   for (const core::Detection& person : (*found)[0]) use(person.box, person.score);
//
// One thread at a time; inside, torch and OpenCV use their own threads. Batched frames give what single ones give (within
// the arithmetic's rounding). Frames may differ in size; I420 is fastest, RGB is taken too. Deterministic.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/detection.h"
#include "core/result.h"
#include "media/frame.h"
#include "nn/precision.h"

namespace vigil::vision {

inline constexpr int kPersonClass = 0;          // of COCO's 80 classes, which all published detectors here use
inline constexpr int kMaxDetectorInput = 4096;  // pixels a side that a network is shown

// Whether a network can be shown this: multiples of 32 up to kMaxDetectorInput, or 0 and 0. Errors: kInvalidArgument.
core::Status validate_input_size(int width_px, int height_px);

// Looks at overlapping parts of the frame one by one, for people who are small in it; results are merged.
struct Tiling {
  int columns = 1, rows = 1;  // 1–8 each; columns × rows is what a frame costs
  double overlap = 0.2;       // of a tile's side, 0–0.5; should be as wide as the widest person. More costs detail
};

struct DetectorOptions {
  int input_width_px = 0, input_height_px = 0;  // multiples of 32; 0: the model's own. More finds smaller people, costs time
  float score_threshold = 0.25F;                // [0, 1]; more: fewer false detections, more misses
  float max_iou = 0.65F;                        // [0, 1]; boxes that overlap more count as one. Less loses people in crowds
  std::vector<int> classes = {kPersonClass};    // which are given; empty: all. A point of the grid gives its best of them
  Tiling tiling = {};
  nn::Precision precision = nn::Precision::kMixed16;  // of Vigil's own networks; foreign ones compute in float32
  std::string device = "auto";                        // of Vigil's own networks: auto, cpu, cuda or cuda:N
  int threads = 0;  // above 0 sets torch's or OpenCV's number for the whole process; 0 leaves it as it is

  core::Status validate() const;  // kInvalidArgument
};

struct DetectorInfo {
  std::string name;  // "yolox-nano"
  std::string kind;  // "YOLOX", "NanoDet", "MoveNet", "YOLOX (ONNX)", "YOLOv8 (ONNX)", "SSD (ONNX)", "YOLO (Darknet)"
  int classes = 0;
  int input_width_px = 0, input_height_px = 0;
};

class Detector {
 public:
  // `model`: a safetensors file of one of Vigil's own networks (vision/detector_model.h); the TensorFlow.js model (.json) of
  // NanoDet, or of MoveNet, whose boxes are given then; an ONNX file of YOLOX, YOLOv5, YOLOv8 or SSD layout, which the shape
  // of its output tells; or a Darknet .weights or .cfg file, whose counterpart lies beside it under the same name. Errors:
  // kNotFound, kUnreadable (not such a file, or weights that do not fit), kUnsupported (another kind of file, network,
  // output layout or device), kInvalidArgument (options, or classes that the network lacks).
  static core::Result<std::unique_ptr<Detector>> load(const std::filesystem::path& model,
                                                      const DetectorOptions& options = {});
  ~Detector();

  const DetectorInfo& info() const;

  // For each frame what was found in it, surest first, boxes in the frame's pixels and inside it. Blocks. Errors:
  // kInvalidArgument (a frame without a picture, or grey only), kInternal.
  core::Result<std::vector<std::vector<core::Detection>>> detect(std::span<const media::Frame> frames);
  // The same into `found`, whose memory is used again: while frames keep their number and size and no tiles are asked for,
  // nothing is allocated outside libtorch. What `found` holds after an error is of no use.
  core::Status detect(std::span<const media::Frame> frames, std::vector<std::vector<core::Detection>>& found);

 private:
  struct Impl;
  explicit Detector(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::vision
