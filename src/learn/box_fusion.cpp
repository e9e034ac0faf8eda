#include "learn/box_fusion.h"

#include <algorithm>
#include <set>

#include "vision/suppression.h"

namespace vigil::learn {
namespace {

using core::Box;
using core::Detection;

struct Given {
  Detection detection;
  std::size_t detector = 0;
};

class Cluster {
 public:
  explicit Cluster(const Given& first) { add(first); }

  void add(const Given& given) {
    const auto& [box, score, class_id] = given.detection;
    left_ += score * box.left;
    top_ += score * box.top;
    width_ += score * box.width;
    height_ += score * box.height;
    score_ += score;
    members_ += 1;
    detectors_.insert(given.detector);
  }

  Box box() const {
    return {.left = left_ / score_, .top = top_ / score_, .width = width_ / score_, .height = height_ / score_};
  }

  Detection fused(std::size_t detectors) const {
    const float agreeing = static_cast<float>(detectors_.size()) / static_cast<float>(detectors);
    return {.box = box(), .score = score_ / static_cast<float>(members_) * agreeing};
  }

 private:
  float left_ = 0, top_ = 0, width_ = 0, height_ = 0, score_ = 0;
  int members_ = 0;
  std::set<std::size_t> detectors_;
};

}  // namespace

std::vector<Detection> fuse_boxes(std::span<const std::vector<Detection>> found, const BoxFusionOptions& options) {
  std::vector<Given> all;
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const Detection& detection : found[i]) {
      if (detection.score > 0) all.push_back({.detection = detection, .detector = i});
    }
  }
  std::ranges::stable_sort(all, [](const Given& a, const Given& b) { return vision::is_surer(a.detection, b.detection); });

  std::vector<Cluster> clusters;
  for (const Given& given : all) {
    const auto overlap = [&](const Cluster& cluster) { return core::iou(cluster.box(), given.detection.box); };
    const auto nearest = std::ranges::max_element(clusters, {}, overlap);
    if (nearest != clusters.end() && overlap(*nearest) > options.min_iou) {
      nearest->add(given);
    } else {
      clusters.emplace_back(given);
    }
  }
  std::vector<Detection> fused;
  for (const Cluster& cluster : clusters) {
    const Detection detection = cluster.fused(found.size());
    if (detection.score >= options.min_score) fused.push_back(detection);
  }
  std::ranges::sort(fused, vision::is_surer);
  return fused;
}

}  // namespace vigil::learn
