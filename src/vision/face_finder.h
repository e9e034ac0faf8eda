// FaceFinder: takes a picture of one person, gives the faces in it: for the evidence of an event, not to tell who somebody
// is.
//
//   auto finder = FaceFinder::load({.model = "face_detection_yunet_2023mar.onnx", .cascades = kDebianCascades});
//   auto faces = (*finder)->find(crop);   // surest first, in pixels of the crop
//
// Two ways behind one interface: YuNet (Wu, Peng, Yu: YuNet, Machine Intelligence Research 2023) through OpenCV's
// FaceDetectorYN where its file is given, else the Haar cascades of Viola and Jones for faces seen from the front and from
// both sides, which come with the operating system. Small pictures are enlarged first: heads on surveillance footage are a
// few pixels high. One thread at a time. Free of torch and OpenCV.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/box.h"
#include "core/result.h"
#include "media/frame.h"

namespace vigil::vision {

inline constexpr const char* kDebianCascades = "/usr/share/opencv4/haarcascades";  // of the package opencv-data

struct Face {
  core::Box box;    // in pixels of the picture
  float score = 0;  // [0, 1]; YuNet: its confidence; cascades: the share of ten neighbouring windows that agree, at most 1
};

struct FaceFinderOptions {
  std::filesystem::path model = {};     // YuNet as ONNX; empty: the cascades
  std::filesystem::path cascades = {};  // folder with haarcascade_frontalface_default.xml and …_profileface.xml
  float min_score = 0.6F;               // [0, 1] of YuNet; cascades have their own rule
  int min_side_px = 10;                 // faces less high in the picture are not believed; at least 1
};

class FaceFinder {
 public:
  virtual ~FaceFinder() = default;

  virtual std::string name() const = 0;  // "yunet" or "haar"

  // `picture`: RGB. Errors: kInvalidArgument (no RGB picture), kInternal (OpenCV).
  virtual core::Result<std::vector<Face>> find(const media::Frame& picture) = 0;

  // Errors: kNotFound (neither file nor folder is there), kUnreadable (a file that OpenCV cannot load), naming the file.
  static core::Result<std::unique_ptr<FaceFinder>> load(const FaceFinderOptions& options);
};

}  // namespace vigil::vision
