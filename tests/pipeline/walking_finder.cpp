#include "pipeline/walking_finder.h"

#include <format>

#include "support/make_media.h"

namespace vigil::test {
namespace {

constexpr int kWhite = 180;

// The white squares' bounding boxes, by flood fill.
std::vector<core::Box> squares_in(const media::Frame& frame) {
  const media::Plane luma = frame.plane(0);
  std::vector<std::vector<bool>> seen(static_cast<std::size_t>(luma.height_px),
                                      std::vector<bool>(static_cast<std::size_t>(luma.width_px)));
  const auto is_white = [&](int x, int y) { return luma.data[y * luma.stride_bytes + x] > kWhite; };
  std::vector<core::Box> boxes;
  for (int y = 0; y < luma.height_px; ++y) {
    for (int x = 0; x < luma.width_px; ++x) {
      if (!is_white(x, y) || seen[y][x]) continue;
      int left = x, right = x, bottom = y;
      std::vector<std::pair<int, int>> open = {{x, y}};
      seen[y][x] = true;
      while (!open.empty()) {
        const auto [px, py] = open.back();
        open.pop_back();
        left = std::min(left, px);
        right = std::max(right, px);
        bottom = std::max(bottom, py);
        for (const auto& [nx, ny] : {std::pair{px - 1, py}, {px + 1, py}, {px, py - 1}, {px, py + 1}}) {
          if (nx < 0 || ny < 0 || nx >= luma.width_px || ny >= luma.height_px || seen[ny][nx] || !is_white(nx, ny)) continue;
          seen[ny][nx] = true;
          open.emplace_back(nx, ny);
        }
      }
      boxes.push_back({.left = static_cast<float>(left),
                       .top = static_cast<float>(y),
                       .width = static_cast<float>(right - left + 1),
                       .height = static_cast<float>(bottom - y + 1)});
    }
  }
  return boxes;
}

}  // namespace

core::Result<std::vector<std::vector<vision::FoundPerson>>> WalkingFinder::find(std::span<const media::Frame> frames) {
  std::vector<std::vector<vision::FoundPerson>> out;
  for (const media::Frame& frame : frames) {
    ++frames_seen_;
    auto& people = out.emplace_back();
    for (const core::Box& box : squares_in(frame)) {
      core::Pose pose;
      pose[core::KeyPoint::kNose] = {.x = box.center_x(), .y = box.center_y(), .score = 0.9F};
      people.push_back({.detection = {.box = box, .score = 0.9F}, .pose = pose, .look = {}});
    }
  }
  return out;
}

std::filesystem::path walking_video(const std::string& name, double seconds, const std::vector<std::string>& squares) {
  std::string graph = std::format("color=c=gray:s=320x240:r=25:d={}[v0]", seconds);
  for (std::size_t i = 0; i < squares.size(); ++i) {
    graph +=
        std::format(";color=c=white:s=32x32:r=25:d={}[s{}];[v{}][s{}]overlay={}[v{}]", seconds, i, i, i, squares[i], i + 1);
  }
  return make_media(name,
                    std::format("-filter_complex {} -map [v{}] -pix_fmt yuv420p -c:v libx264 -g 25", graph, squares.size()));
}

}  // namespace vigil::test
