#include "vision/window_features.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <utility>

#include <ATen/Parallel.h>
#include <opencv2/imgproc.hpp>

#include "core/check.h"

namespace vigil::vision {
namespace {

constexpr int kTrunkWidth = 192;
constexpr int kTrunkHeight = 144;
constexpr int kTrunkBatch = 8;
constexpr double kStrongestShare = 0.1;
constexpr float kLogFloor = 1e-2F;

// The pictures of all windows without repetition, and each window as indices into them.
struct PictureTable {
  std::vector<TimedPicture> pictures;
  std::vector<std::vector<int>> windows;
};

PictureTable make_table(const std::vector<PictureWindow>& windows) {
  PictureTable table;
  std::map<std::pair<const void*, std::int64_t>, int> index;
  for (const PictureWindow& window : windows) {
    VIGIL_CHECK(window.size() == kWindowFrames, "pictures in a window");
    std::vector<int> row;
    for (const TimedPicture& picture : window) {
      const auto [entry, is_new] =
          index.try_emplace({picture.rgb.get(), picture.time.us()}, static_cast<int>(table.pictures.size()));
      if (is_new) table.pictures.push_back(picture);
      row.push_back(entry->second);
    }
    table.windows.push_back(std::move(row));
  }
  return table;
}

// OpenCV's wrapper wants a mutable pointer even where it only reads.
cv::Mat rgb_view(const TimedPicture& picture) {
  VIGIL_CHECK(picture.rgb->size() == std::size_t{3} * kMotionWidth * kMotionHeight, "size of a window's picture");
  return {kMotionHeight, kMotionWidth, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb->data())};
}

GreyFrame to_grey(const TimedPicture& picture) {
  GreyFrame grey(static_cast<std::size_t>(kMotionWidth) * kMotionHeight);
  cv::Mat out(kMotionHeight, kMotionWidth, CV_8UC1, grey.data());
  cv::cvtColor(rgb_view(picture), out, cv::COLOR_RGB2GRAY);
  return grey;
}

// Index tuples that occur as consecutive frames of some window, and where each window's lie.
template <std::size_t N>
struct Runs {
  std::vector<std::array<int, N>> unique;
  std::vector<std::vector<int>> windows;
};

template <std::size_t N>
Runs<N> find_runs(const std::vector<std::vector<int>>& windows) {
  Runs<N> runs;
  std::map<std::array<int, N>, int> index;
  for (const std::vector<int>& window : windows) {
    std::vector<int> row;
    for (std::size_t i = 0; i + N <= window.size(); ++i) {
      std::array<int, N> run;
      std::copy_n(window.begin() + static_cast<std::ptrdiff_t>(i), N, run.begin());
      const auto [entry, is_new] = index.try_emplace(run, static_cast<int>(runs.unique.size()));
      if (is_new) runs.unique.push_back(run);
      row.push_back(entry->second);
    }
    runs.windows.push_back(std::move(row));
  }
  return runs;
}

template <typename Work>
void for_each_in_parallel(std::size_t count, Work work) {
  at::parallel_for(0, static_cast<std::int64_t>(count), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) work(static_cast<std::size_t>(i));
  });
}

torch::Tensor motion_features(const PictureTable& table) {
  std::vector<GreyFrame> grey(table.pictures.size());
  for_each_in_parallel(grey.size(), [&](std::size_t i) { grey[i] = to_grey(table.pictures[i]); });

  const Runs<2> pairs = find_runs<2>(table.windows);
  std::vector<FlowField> flows(pairs.unique.size());
  for_each_in_parallel(flows.size(), [&](std::size_t i) {
    thread_local DenseFlow dense_flow;
    const auto a = static_cast<std::size_t>(pairs.unique[i][0]);
    const auto b = static_cast<std::size_t>(pairs.unique[i][1]);
    flows[i] = dense_flow.between(grey[a], grey[b], (table.pictures[b].time - table.pictures[a].time).seconds());
  });

  torch::Tensor out = torch::empty({static_cast<std::int64_t>(table.windows.size()), kMotionDescriptorSize});
  for_each_in_parallel(table.windows.size(), [&](std::size_t w) {
    std::vector<PairMotion> motion;
    const FlowField* previous = nullptr;
    for (const int pair : pairs.windows[w]) {
      const FlowField& flow = flows[static_cast<std::size_t>(pair)];
      motion.push_back(summarise(flow, previous));
      previous = &flow;
    }
    std::ranges::copy(describe_motion(motion), out.data_ptr<float>() + w * kMotionDescriptorSize);
  });
  return out;
}

torch::Tensor trunk_maps(nets::ResnetTrunk& trunk, const std::vector<TimedPicture>& pictures) {
  std::vector<torch::Tensor> maps;
  for (std::size_t begin = 0; begin < pictures.size(); begin += kTrunkBatch) {
    const std::size_t count = std::min<std::size_t>(kTrunkBatch, pictures.size() - begin);
    torch::Tensor batch = torch::empty({static_cast<std::int64_t>(count), kTrunkHeight, kTrunkWidth, 3}, torch::kUInt8);
    for (std::size_t i = 0; i < count; ++i) {
      cv::Mat out(kTrunkHeight, kTrunkWidth, CV_8UC3, batch[static_cast<std::int64_t>(i)].data_ptr());
      cv::resize(rgb_view(pictures[begin + i]), out, out.size(), 0, 0, cv::INTER_AREA);
    }
    maps.push_back(trunk->forward(nets::to_trunk_input(batch)).flatten(2).contiguous());
  }
  return torch::cat(maps);
}

// Per map the mean of the strongest tenth of the positions: [512, positions] → [512].
torch::Tensor strongest_mean(const torch::Tensor& change) {
  const auto count = static_cast<std::int64_t>(std::lround(kStrongestShare * static_cast<double>(change.size(1))));
  return std::get<0>(change.topk(count, 1, /*largest=*/true, /*sorted=*/false)).mean(1);
}

template <std::size_t N, typename Change>
torch::Tensor change_features(const PictureTable& table, Change change) {
  const Runs<N> runs = find_runs<N>(table.windows);
  std::vector<torch::Tensor> values;
  values.reserve(runs.unique.size());
  for (const std::array<int, N>& run : runs.unique) values.push_back(strongest_mean(change(run)));
  const torch::Tensor all = torch::stack(values);

  std::vector<torch::Tensor> rows;
  for (const std::vector<int>& window : runs.windows) {
    rows.push_back(all.index_select(0, torch::tensor(window, torch::kInt64)).mean(0));
  }
  return torch::log(torch::stack(rows) + kLogFloor);
}

}  // namespace

TimedPicture to_picture(const media::Frame& frame) {
  VIGIL_CHECK(
      frame.format() == media::PixelFormat::kRgb24 && frame.width_px() == kMotionWidth && frame.height_px() == kMotionHeight,
      "format of a window's frame");
  const media::Plane plane = frame.plane(0);
  constexpr std::size_t kRowBytes = std::size_t{3} * kMotionWidth;
  std::vector<std::uint8_t> rgb(kRowBytes * kMotionHeight);
  for (int y = 0; y < kMotionHeight; ++y) {
    std::memcpy(rgb.data() + kRowBytes * static_cast<std::size_t>(y),
                plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride_bytes, kRowBytes);
  }
  return {.time = frame.pts(), .rgb = std::make_shared<const std::vector<std::uint8_t>>(std::move(rgb))};
}

WindowFeatures::WindowFeatures(nets::ResnetTrunk trunk) : trunk_(std::move(trunk)) {
  // Windows are spread over torch's threads; OpenCV's own would only compete with them.
  cv::setNumThreads(1);
}

torch::Tensor WindowFeatures::compute(const std::vector<PictureWindow>& windows) {
  const torch::InferenceMode no_gradients;
  if (windows.empty()) return torch::empty({0, kWindowFeatures});
  const PictureTable table = make_table(windows);
  const torch::Tensor motion = motion_features(table);
  const torch::Tensor maps = trunk_maps(trunk_, table.pictures);
  const torch::Tensor change =
      change_features<2>(table, [&](const std::array<int, 2>& run) { return (maps[run[1]] - maps[run[0]]).abs_(); });
  const torch::Tensor jerk = change_features<3>(
      table, [&](const std::array<int, 3>& run) { return (maps[run[2]] - 2 * maps[run[1]] + maps[run[0]]).abs_(); });
  return torch::cat({motion, change, jerk}, 1);
}

}  // namespace vigil::vision
