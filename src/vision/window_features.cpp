#include "vision/window_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <set>
#include <span>
#include <utility>

#include <ATen/Parallel.h>
#include <opencv2/imgproc.hpp>

#include "core/check.h"
#include "nn/single_thread.h"
#include "vision/strongest_mean.h"

namespace vigil::vision {
namespace {

constexpr int kTrunkWidth = 192;
constexpr int kTrunkHeight = 144;
constexpr int kTrunkStride = 8;  // of the maps, in pixels of the trunk's input
constexpr int kMapColumns = kTrunkWidth / kTrunkStride;
constexpr int kMapRows = kTrunkHeight / kTrunkStride;
constexpr MapPart kWholeMap{.right = kMapColumns, .bottom = kMapRows};
constexpr std::int64_t kMaps = nets::ResnetTrunkImpl::kMaps;
constexpr float kLogFloor = 1e-2F;

// Pictures are told apart by where their pixels lie; those in use are held, so that no other can take their place.
struct PictureKey {
  const void* pixels;
  core::MediaTime time;
  auto operator<=>(const PictureKey&) const = default;
};

template <std::size_t N>
using Run = std::array<PictureKey, N>;  // consecutive pictures of a window

// What was computed for the windows of one call, for the call after it.
template <typename Key, typename Value>
class Recent {
 public:
  using Entry = std::pair<const Key, Value>;

  // Begins a call that needs `keys`: gives those that have no value yet, and forgets all others.
  std::vector<Entry*> begin(const std::set<Key>& keys) {
    std::map<Key, Value> needed;
    std::vector<Entry*> missing;
    for (const Key& key : keys) {
      auto known = values_.extract(key);
      if (known) {
        needed.insert(std::move(known));
      } else {
        missing.push_back(&*needed.try_emplace(key).first);
      }
    }
    values_ = std::move(needed);
    return missing;
  }

  const Value& operator[](const Key& key) const { return values_.at(key); }

 private:
  std::map<Key, Value> values_;
};

struct PictureState {
  TimedPicture picture;
  GreyFrame grey;
  torch::Tensor maps;  // [rows, columns, 512]
};

struct PairState {
  FlowField flow;
  torch::Tensor changes;  // [rows, columns, 512]
  torch::Tensor change;   // [512]
};

struct TripleState {
  PairMotion motion;    // of the last two pictures
  torch::Tensor jerks;  // [rows, columns, 512]
  torch::Tensor jerk;   // [512]
};

PictureKey key_of(const TimedPicture& picture) { return {.pixels = picture.rgb.get(), .time = picture.time}; }

template <std::size_t N>
Run<N> run_at(const PictureWindow& window, std::size_t begin) {
  Run<N> run;
  for (std::size_t i = 0; i < N; ++i) run[i] = key_of(window[begin + i]);
  return run;
}

template <std::size_t N>
std::set<Run<N>> all_runs(const std::vector<PictureWindow>& windows) {
  std::set<Run<N>> runs;
  for (const PictureWindow& window : windows) {
    for (std::size_t i = 0; i + N <= window.size(); ++i) runs.insert(run_at<N>(window, i));
  }
  return runs;
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

template <typename Work>
void for_each_in_parallel(std::size_t count, Work work) {
  at::parallel_for(0, static_cast<std::int64_t>(count), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) work(static_cast<std::size_t>(i));
  });
}

// [512], of [rows, columns, 512].
torch::Tensor strongest(const torch::Tensor& changes, const MapPart& part) {
  torch::Tensor means = torch::empty({kMaps});
  strongest_mean({.data = changes.const_data_ptr<float>(), .rows = kMapRows, .columns = kMapColumns, .count = kMaps}, part,
                 {means.data_ptr<float>(), static_cast<std::size_t>(kMaps)});
  return means;
}

// What follows the motion descriptor in a row.
void fill_change(const std::vector<torch::Tensor>& change, const std::vector<torch::Tensor>& jerk, torch::Tensor& row) {
  const auto log_mean = [](const std::vector<torch::Tensor>& values) {
    return torch::log(torch::stack(values).mean(0) + kLogFloor);
  };
  row.narrow(0, kMotionDescriptorSize, kMaps).copy_(log_mean(change));
  row.narrow(0, kMotionDescriptorSize + kMaps, kMaps).copy_(log_mean(jerk));
}

core::Box around(const core::Box& a, const core::Box& b) {
  const float left = std::min(a.left, b.left);
  const float top = std::min(a.top, b.top);
  return {.left = left,
          .top = top,
          .width = std::max(a.right(), b.right()) - left,
          .height = std::max(a.bottom(), b.bottom()) - top};
}

core::Box scaled(const core::Box& shares, int width, int height) {
  const auto w = static_cast<float>(width);
  const auto h = static_cast<float>(height);
  return {.left = shares.left * w, .top = shares.top * h, .width = shares.width * w, .height = shares.height * h};
}

// The positions of maps that a box touches.
MapPart part_of(const core::Box& shares) {
  const core::Box cells = scaled(shares, kMapColumns, kMapRows);
  const int left = std::clamp(static_cast<int>(std::floor(cells.left)), 0, kMapColumns - 1);
  const int top = std::clamp(static_cast<int>(std::floor(cells.top)), 0, kMapRows - 1);
  return {.left = left,
          .top = top,
          .right = std::clamp(static_cast<int>(std::ceil(cells.right())), left + 1, kMapColumns),
          .bottom = std::clamp(static_cast<int>(std::ceil(cells.bottom())), top + 1, kMapRows)};
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

struct WindowFeatures::Impl {
  nets::ResnetTrunk trunk;
  std::vector<std::unique_ptr<nets::FrozenTrunk>> frozen = {};  // one for each thread
  Recent<PictureKey, PictureState> pictures;
  Recent<Run<2>, PairState> pairs;
  Recent<Run<2>, PairMotion> openings;  // of each window's first pair, before which nothing moved
  Recent<Run<3>, TripleState> triples;

  void prepare(const std::vector<PictureWindow>& windows);
  void compute_maps(std::span<Recent<PictureKey, PictureState>::Entry* const> new_pictures);
  void forget() {
    pictures = {};
    pairs = {};
    openings = {};
    triples = {};
  }
  void fill(const PictureWindow& window, torch::Tensor row) const;
  void fill_region(const PictureWindow& window, const WindowFeatures::RegionPath& path, torch::Tensor row) const;
};

// Each picture by itself on one thread, so that the last digits do not depend on how many there are.
void WindowFeatures::Impl::compute_maps(std::span<Recent<PictureKey, PictureState>::Entry* const> new_pictures) {
  frozen.resize(std::max(frozen.size(), static_cast<std::size_t>(at::get_num_threads())));
  for_each_in_parallel(new_pictures.size(), [&](std::size_t i) {
    const c10::InferenceMode inference;
    const nn::SingleThread alone;
    auto& own = frozen[static_cast<std::size_t>(at::get_thread_num())];
    if (!own) own = std::make_unique<nets::FrozenTrunk>(*trunk);
    PictureState& state = new_pictures[i]->second;
    torch::Tensor picture = torch::empty({1, kTrunkHeight, kTrunkWidth, 3}, torch::kUInt8);
    cv::Mat out(kTrunkHeight, kTrunkWidth, CV_8UC3, picture.data_ptr());
    cv::resize(rgb_view(state.picture), out, out.size(), 0, 0, cv::INTER_AREA);
    state.maps = own->forward(nets::to_trunk_input(picture)).permute({0, 2, 3, 1}).contiguous()[0];
  });
}

void WindowFeatures::Impl::prepare(const std::vector<PictureWindow>& windows) {
  std::map<PictureKey, TimedPicture> shown;
  std::set<PictureKey> keys;
  std::set<Run<2>> first_pairs;
  for (const PictureWindow& window : windows) {
    VIGIL_CHECK(window.size() == kWindowFrames, "pictures in a window");
    for (const TimedPicture& picture : window) {
      shown.try_emplace(key_of(picture), picture);
      keys.insert(key_of(picture));
    }
    first_pairs.insert(run_at<2>(window, 0));
  }

  const auto new_pictures = pictures.begin(keys);
  for (auto* entry : new_pictures) entry->second.picture = shown.at(entry->first);
  for_each_in_parallel(new_pictures.size(),
                       [&](std::size_t i) { new_pictures[i]->second.grey = to_grey(new_pictures[i]->second.picture); });
  compute_maps(new_pictures);

  const auto new_pairs = pairs.begin(all_runs<2>(windows));
  for_each_in_parallel(new_pairs.size(), [&](std::size_t i) {
    thread_local DenseFlow dense_flow;
    const auto& [a, b] = new_pairs[i]->first;
    PairState& pair = new_pairs[i]->second;
    pair.flow = dense_flow.between(pictures[a].grey, pictures[b].grey, (b.time - a.time).seconds());
    const c10::InferenceMode inference;
    pair.changes = (pictures[b].maps - pictures[a].maps).abs_();
    pair.change = strongest(pair.changes, kWholeMap);
  });

  const auto new_openings = openings.begin(first_pairs);
  for_each_in_parallel(new_openings.size(), [&](std::size_t i) {
    new_openings[i]->second = summarise(pairs[new_openings[i]->first].flow, nullptr);
  });

  const auto new_triples = triples.begin(all_runs<3>(windows));
  for_each_in_parallel(new_triples.size(), [&](std::size_t i) {
    const auto& [a, b, c] = new_triples[i]->first;
    TripleState& triple = new_triples[i]->second;
    triple.motion = summarise(pairs[{b, c}].flow, &pairs[{a, b}].flow);
    const c10::InferenceMode inference;
    triple.jerks = (pictures[c].maps - 2 * pictures[b].maps + pictures[a].maps).abs_();
    triple.jerk = strongest(triple.jerks, kWholeMap);
  });
}

void WindowFeatures::Impl::fill(const PictureWindow& window, torch::Tensor row) const {
  std::vector<PairMotion> motion = {openings[run_at<2>(window, 0)]};
  std::vector<torch::Tensor> change = {pairs[run_at<2>(window, 0)].change};
  std::vector<torch::Tensor> jerk;
  for (std::size_t i = 0; i + 3 <= window.size(); ++i) {
    const TripleState& triple = triples[run_at<3>(window, i)];
    motion.push_back(triple.motion);
    change.push_back(pairs[run_at<2>(window, i + 1)].change);
    jerk.push_back(triple.jerk);
  }
  std::ranges::copy(describe_motion(motion), row.data_ptr<float>());
  fill_change(change, jerk, row);
}

void WindowFeatures::Impl::fill_region(const PictureWindow& window, const WindowFeatures::RegionPath& path,
                                       torch::Tensor row) const {
  std::vector<PairMotion> motion;
  std::vector<torch::Tensor> change;
  std::vector<torch::Tensor> jerk;
  for (std::size_t i = 0; i + 2 <= window.size(); ++i) {
    const core::Box both = around(path[i], path[i + 1]);
    const core::Box pixels = scaled(both, kMotionWidth, kMotionHeight);
    const FlowField flow = zoom(pairs[run_at<2>(window, i)].flow, pixels);
    if (i == 0) {
      motion.push_back(summarise(flow, nullptr));
    } else {
      const FlowField before = zoom_flow(pairs[run_at<2>(window, i - 1)].flow, pixels);
      motion.push_back(summarise(flow, &before));
    }
    change.push_back(strongest(pairs[run_at<2>(window, i)].changes, part_of(both)));
    if (i + 3 > window.size()) continue;
    jerk.push_back(strongest(triples[run_at<3>(window, i)].jerks, part_of(around(both, path[i + 2]))));
  }
  std::ranges::copy(describe_motion(motion), row.data_ptr<float>());
  fill_change(change, jerk, row);
}

WindowFeatures::WindowFeatures(nets::ResnetTrunk trunk)
    : impl_(std::make_unique<Impl>(
          Impl{.trunk = std::move(trunk), .pictures = {}, .pairs = {}, .openings = {}, .triples = {}})) {
  // Windows are spread over torch's threads; OpenCV's own would only compete with them.
  cv::setNumThreads(1);
}

WindowFeatures::~WindowFeatures() = default;
WindowFeatures::WindowFeatures(WindowFeatures&&) noexcept = default;
WindowFeatures& WindowFeatures::operator=(WindowFeatures&&) noexcept = default;

torch::Tensor WindowFeatures::compute(const std::vector<PictureWindow>& windows) {
  const torch::InferenceMode no_gradients;
  torch::Tensor rows = torch::empty({static_cast<std::int64_t>(windows.size()), kWindowFeatures});
  if (windows.empty()) return rows;
  try {
    impl_->prepare(windows);
  } catch (...) {
    impl_->forget();  // of what was begun, some has no value
    throw;
  }
  for (std::size_t i = 0; i < windows.size(); ++i) impl_->fill(windows[i], rows[static_cast<std::int64_t>(i)]);
  return rows;
}

torch::Tensor WindowFeatures::compute_regions(const PictureWindow& window, const std::vector<RegionPath>& regions) const {
  const torch::InferenceMode no_gradients;
  torch::Tensor rows = torch::empty({static_cast<std::int64_t>(regions.size()), kWindowFeatures});
  for_each_in_parallel(regions.size(), [&](std::size_t i) {
    const c10::InferenceMode inference;
    impl_->fill_region(window, regions[i], rows[static_cast<std::int64_t>(i)]);
  });
  return rows;
}

}  // namespace vigil::vision
