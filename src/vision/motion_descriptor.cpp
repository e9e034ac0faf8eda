#include "vision/motion_descriptor.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "core/check.h"

namespace vigil::vision {
namespace {

using Cells = std::vector<float>;

constexpr int kColumns = 16;
constexpr int kRows = 12;
constexpr int kStatQuantities = 6;  // speed … grey change

// Means over the strongest `counts` cells.
std::array<float, 4> strongest(Cells cells, const std::array<int, 4>& counts) {
  std::ranges::sort(cells, std::greater<>());
  std::array<float, 4> means{};
  double sum = 0;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    while (taken < static_cast<std::size_t>(counts[i])) sum += cells[taken++];
    means[i] = static_cast<float>(sum / counts[i]);
  }
  return means;
}

constexpr std::array<int, 4> kOfAll = {2, 8, 24, 192};
constexpr std::array<int, 4> kOfBlocks = {1, 2, 6, 48};

// Averages of per-step values: mean and maximum over time.
struct OverTime {
  std::array<double, 4> sum{};
  std::array<float, 4> maximum{};
  int steps = 0;

  void add(const std::array<float, 4>& values) {
    for (std::size_t i = 0; i < 4; ++i) {
      sum[i] += values[i];
      maximum[i] = steps == 0 ? values[i] : std::max(maximum[i], values[i]);
    }
    ++steps;
  }
  float mean(std::size_t i) const { return static_cast<float>(sum[i] / steps); }
};

// Means over 2 × 2 neighbouring cells.
Cells blocks(std::span<const float> cells) {
  Cells out;
  for (int y = 0; y < kRows; y += 2) {
    for (int x = 0; x < kColumns; x += 2) {
      const auto at = [&](int dy, int dx) { return cells[static_cast<std::size_t>((y + dy) * kColumns + x + dx)]; };
      out.push_back((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4);
    }
  }
  return out;
}

Cells lengths(std::span<const float> x, std::span<const float> y) {
  Cells out(x.size());
  std::ranges::transform(x, y, out.begin(), [](float a, float b) { return std::hypot(a, b); });
  return out;
}

Cells difference(const Cells& a, const Cells& b) {
  Cells out(a.size());
  std::ranges::transform(a, b, out.begin(), std::minus<>());
  return out;
}

// Mean over the pairs [begin, end) of a per-cell value.
template <typename Get>
Cells time_mean(std::size_t begin, std::size_t end, Get get) {
  Cells mean(PairMotion::kCells, 0.0F);
  for (std::size_t t = begin; t < end; ++t) {
    const auto& cells = get(t);
    for (std::size_t c = 0; c < mean.size(); ++c) mean[c] += cells[c] / static_cast<float>(end - begin);
  }
  return mean;
}

class Descriptor {
 public:
  void add(float value) {
    VIGIL_CHECK(size_ < values_.size(), "size of the motion descriptor");
    values_[size_++] = std::log(std::max(value, 0.0F) + 1e-3F);
  }
  void add(const std::array<float, 4>& values) {
    for (const float value : values) add(value);
  }
  std::array<float, kMotionDescriptorSize> take() const {
    VIGIL_CHECK(size_ == values_.size(), "size of the motion descriptor");
    return values_;
  }

 private:
  std::array<float, kMotionDescriptorSize> values_{};
  std::size_t size_ = 0;
};

void add_histograms(const std::vector<PairMotion>& pairs, Descriptor& out) {
  for (std::size_t bin = 0; bin < pairs.front().histograms.size(); ++bin) {
    float sum = 0;
    for (const PairMotion& pair : pairs) sum += pair.histograms[bin];
    out.add(sum / static_cast<float>(pairs.size()));
  }
}

void add_strengths(const std::vector<PairMotion>& pairs, Descriptor& out) {
  std::array<OverTime, kStatQuantities> stats;
  for (const PairMotion& pair : pairs) {
    for (std::size_t q = 0; q < kStatQuantities; ++q) {
      stats[q].add(strongest(Cells(pair.cells[q].begin(), pair.cells[q].end()), kOfAll));
    }
  }
  for (const OverTime& stat : stats) {
    for (std::size_t k = 0; k < 4; ++k) out.add(stat.mean(k));
  }
  for (const OverTime& stat : stats) {
    for (std::size_t k = 0; k < 2; ++k) out.add(stat.maximum[k]);
  }
}

void add_time_statistics(const std::vector<PairMotion>& pairs, Descriptor& out) {
  std::vector<Cells> deviations;
  for (std::size_t q = 0; q < kStatQuantities; ++q) {
    const auto get = [&](std::size_t t) -> const auto& { return pairs[t].cells[q]; };
    const Cells mean = time_mean(0, pairs.size(), get);
    Cells deviation(mean.size());
    for (std::size_t c = 0; c < mean.size(); ++c) {
      double sum = 0;
      for (std::size_t t = 0; t < pairs.size(); ++t) sum += std::pow(get(t)[c] - mean[c], 2);
      deviation[c] = static_cast<float>(std::sqrt(sum / static_cast<double>(pairs.size())));
    }
    out.add(strongest(mean, kOfAll));
    deviations.push_back(std::move(deviation));
  }
  for (const Cells& deviation : deviations) out.add(strongest(deviation, kOfAll));
}

void add_incoherence(const std::vector<PairMotion>& pairs, Descriptor& out) {
  const auto quantity = [&](PairMotion::Quantity q) {
    return [&pairs, q](std::size_t t) -> const auto& { return pairs[t].cells[static_cast<std::size_t>(q)]; };
  };
  const auto x = quantity(PairMotion::kFlowX);
  const auto y = quantity(PairMotion::kFlowY);
  const auto speed = quantity(PairMotion::kSpeed);
  const std::size_t steps = pairs.size();

  std::vector<Cells> net;  // length of the mean velocity of each cell
  for (std::size_t t = 0; t < steps; ++t) net.push_back(lengths(x(t), y(t)));

  OverTime within_cell;
  OverTime within_block;
  for (std::size_t t = 0; t < steps; ++t) {
    within_cell.add(strongest(difference(Cells(speed(t).begin(), speed(t).end()), net[t]), kOfAll));
    within_block.add(strongest(difference(blocks(net[t]), lengths(blocks(x(t)), blocks(y(t)))), kOfBlocks));
  }
  for (std::size_t k = 0; k < 4; ++k) out.add(within_cell.mean(k));
  for (std::size_t k = 0; k < 4; ++k) out.add(within_block.mean(k));

  const Cells over_window = difference(time_mean(0, steps, speed), lengths(time_mean(0, steps, x), time_mean(0, steps, y)));
  out.add(strongest(over_window, kOfAll));

  OverTime over_three;
  for (std::size_t t = 0; t + 3 <= steps; t += 3) {
    const Cells mean = time_mean(t, t + 3, [&](std::size_t i) -> const auto& { return net[i]; });
    over_three.add(strongest(difference(mean, lengths(time_mean(t, t + 3, x), time_mean(t, t + 3, y))), kOfAll));
  }
  for (std::size_t k = 0; k < 4; ++k) out.add(over_three.mean(k));
}

}  // namespace

std::array<float, kMotionDescriptorSize> describe_motion(const std::vector<PairMotion>& pairs) {
  VIGIL_CHECK(pairs.size() >= 3, "a window has at least three pairs of frames");
  Descriptor out;
  add_histograms(pairs, out);
  add_strengths(pairs, out);
  add_time_statistics(pairs, out);
  add_incoherence(pairs, out);
  return out.take();
}

}  // namespace vigil::vision
