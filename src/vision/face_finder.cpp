#include "vision/face_finder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <utility>

#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
namespace fs = std::filesystem;

constexpr int kWantedHeight = 360;  // a standing person's head is then some fifty pixels high
constexpr double kMostEnlarged = 4;
constexpr int kAgreeingWindows = 5;  // of a cascade: fewer are mostly cloth and walls

struct Enlarged {
  cv::Mat bgr;
  double scale;  // pixels of it per pixel of the picture
};

Enlarged enlarge(const media::Frame& picture) {
  const media::Plane plane = picture.plane(0);
  const cv::Mat rgb(plane.height_px, plane.width_px, CV_8UC3, const_cast<std::uint8_t*>(plane.data),
                    static_cast<std::size_t>(plane.stride_bytes));
  Enlarged out{.bgr = {}, .scale = std::clamp(static_cast<double>(kWantedHeight) / rgb.rows, 1.0, kMostEnlarged)};
  cv::cvtColor(rgb, out.bgr, cv::COLOR_RGB2BGR);
  if (out.scale > 1) cv::resize(out.bgr, out.bgr, {}, out.scale, out.scale, cv::INTER_CUBIC);
  return out;
}

core::Box to_picture(double left, double top, double width, double height, double scale) {
  return {.left = static_cast<float>(left / scale),
          .top = static_cast<float>(top / scale),
          .width = static_cast<float>(width / scale),
          .height = static_cast<float>(height / scale)};
}

class FinderBase : public FaceFinder {
 public:
  explicit FinderBase(const FaceFinderOptions& options) : options_(options) {}

  Result<std::vector<Face>> find(const media::Frame& picture) override {
    if (!picture.valid() || picture.format() != media::PixelFormat::kRgb24) {
      return fail(ErrorCode::kInvalidArgument, "faces are looked for in RGB pictures only");
    }
    std::vector<Face> faces;
    try {
      faces = look(enlarge(picture));
    } catch (const cv::Exception& error) {
      return fail(ErrorCode::kInternal, std::format("OpenCV: {}", error.what()));
    }
    std::erase_if(faces, [&](const Face& face) { return face.box.height < static_cast<float>(options_.min_side_px); });
    std::ranges::stable_sort(faces, std::greater<>(), &Face::score);
    return faces;
  }

 protected:
  virtual std::vector<Face> look(const Enlarged& picture) = 0;
  const FaceFinderOptions& options() const { return options_; }

 private:
  FaceFinderOptions options_;
};

class YunetFinder : public FinderBase {
 public:
  YunetFinder(const FaceFinderOptions& options, cv::Ptr<cv::FaceDetectorYN> net)
      : FinderBase(options), net_(std::move(net)) {}
  std::string name() const override { return "yunet"; }

 protected:
  std::vector<Face> look(const Enlarged& picture) override {
    net_->setInputSize(picture.bgr.size());
    cv::Mat1f rows;
    net_->detect(picture.bgr, rows);
    std::vector<Face> faces;
    for (int i = 0; i < rows.rows; ++i) {  // x, y, width, height, five points, score
      faces.push_back({.box = to_picture(rows(i, 0), rows(i, 1), rows(i, 2), rows(i, 3), picture.scale),
                       .score = rows(i, rows.cols - 1)});
    }
    return faces;
  }

 private:
  cv::Ptr<cv::FaceDetectorYN> net_;
};

class HaarFinder : public FinderBase {
 public:
  HaarFinder(const FaceFinderOptions& options, cv::CascadeClassifier front, cv::CascadeClassifier side)
      : FinderBase(options), front_(std::move(front)), side_(std::move(side)) {}
  std::string name() const override { return "haar"; }

 protected:
  std::vector<Face> look(const Enlarged& picture) override {
    cv::Mat grey, mirrored;
    cv::cvtColor(picture.bgr, grey, cv::COLOR_BGR2GRAY);
    cv::equalizeHist(grey, grey);
    cv::flip(grey, mirrored, 1);
    std::vector<Face> faces;
    add(front_, grey, false, picture, faces);
    add(side_, grey, false, picture, faces);
    add(side_, mirrored, true, picture, faces);
    return faces;
  }

 private:
  static void add(cv::CascadeClassifier& cascade, const cv::Mat& grey, bool mirrored, const Enlarged& picture,
                  std::vector<Face>& faces) {
    std::vector<cv::Rect> found;
    std::vector<int> windows;
    cascade.detectMultiScale(grey, found, windows, 1.1, kAgreeingWindows, 0, {20, 20});
    for (std::size_t i = 0; i < found.size(); ++i) {
      const cv::Rect& each = found[i];
      // A head is in the upper half of a person's picture; what a cascade sees below is none.
      if (each.y + each.height / 2 > grey.rows / 2) continue;
      const int left = mirrored ? grey.cols - each.x - each.width : each.x;
      faces.push_back({.box = to_picture(left, each.y, each.width, each.height, picture.scale),
                       .score = std::min(1.0F, static_cast<float>(windows[i]) / 10)});
    }
  }

  cv::CascadeClassifier front_, side_;
};

Result<std::unique_ptr<FaceFinder>> load_yunet(const FaceFinderOptions& options) {
  std::error_code ignored;
  if (!fs::is_regular_file(options.model, ignored)) {
    return fail(ErrorCode::kNotFound, std::format("no model of faces at {}", options.model.string()));
  }
  try {
    constexpr float kOverlap = 0.3F;
    constexpr int kMostCandidates = 500;
    auto net =
        cv::FaceDetectorYN::create(options.model.string(), "", {320, 320}, options.min_score, kOverlap, kMostCandidates);
    return std::make_unique<YunetFinder>(options, std::move(net));
  } catch (const cv::Exception& error) {
    return fail(ErrorCode::kUnreadable,
                std::format("{}: not a YuNet model as OpenCV reads it: {}", options.model.string(), error.err));
  }
}

Result<std::unique_ptr<FaceFinder>> load_cascades(const FaceFinderOptions& options) {
  std::array<cv::CascadeClassifier, 2> cascades;
  constexpr std::array kFiles = {"haarcascade_frontalface_default.xml", "haarcascade_profileface.xml"};
  for (std::size_t i = 0; i < kFiles.size(); ++i) {
    const fs::path file = options.cascades / kFiles[i];
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) {
      return fail(ErrorCode::kNotFound,
                  std::format("no cascade of faces at {}; Debian's package opencv-data has it", file.string()));
    }
    bool loaded = false;
    try {
      loaded = cascades[i].load(file.string());
    } catch (const cv::Exception&) {
      loaded = false;
    }
    if (!loaded) return fail(ErrorCode::kUnreadable, std::format("{}: not a cascade", file.string()));
  }
  return std::make_unique<HaarFinder>(options, std::move(cascades[0]), std::move(cascades[1]));
}

}  // namespace

Result<std::unique_ptr<FaceFinder>> FaceFinder::load(const FaceFinderOptions& options) {
  return options.model.empty() ? load_cascades(options) : load_yunet(options);
}

}  // namespace vigil::vision
