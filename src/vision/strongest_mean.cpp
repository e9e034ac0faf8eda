#include "vision/strongest_mean.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <vector>

#include "core/check.h"

namespace vigil::vision {
namespace {

constexpr double kStrongestShare = 0.1;
constexpr int kMapsAtOnce = 16;

// Values of as many maps as a register of the processor holds, at one position or of one rank.
template <int kCount>
struct alignas(sizeof(float) * kCount) Lanes {
  typedef float Values __attribute__((vector_size(sizeof(float) * kCount)));
  Values values;
};

template <typename Lanes>
[[gnu::always_inline]] inline void order(Lanes& higher, Lanes& lower) {
  const auto first = higher.values;
  const auto second = lower.values;
  higher.values = first < second ? second : first;
  lower.values = first < second ? first : second;
}

// Makes a bitonic run of 2ⁿ fall.
template <typename Lanes>
[[gnu::always_inline]] inline void merge(Lanes* run, std::size_t count) {
  for (std::size_t gap = count / 2; gap > 0; gap /= 2) {
    for (std::size_t begin = 0; begin < count; begin += 2 * gap) {
      for (std::size_t i = begin; i < begin + gap; ++i) order(run[i], run[i + gap]);
    }
  }
}

// Makes any run of 2ⁿ fall, each lane by itself (Batcher's bitonic network, 1968).
template <typename Lanes>
[[gnu::always_inline]] inline void sort(Lanes* run, std::size_t count) {
  for (std::size_t length = 2; length <= count; length *= 2) {
    for (std::size_t begin = 0; begin < count; begin += length) {
      for (std::size_t i = 0; i < length / 2; ++i) order(run[begin + i], run[begin + length - 1 - i]);
      merge(run + begin, length / 2);
      merge(run + begin + length / 2, length / 2);
    }
  }
}

// The positions are sorted in runs as long as the strongest are many, and the stronger half of each two runs stays.
template <int kCount>
[[gnu::always_inline]] inline void means_of(const std::vector<const float*>& positions, std::size_t strongest,
                                            std::span<float> means) {
  using Rank = Lanes<kCount>;
  const std::size_t length = std::bit_ceil(strongest);
  std::vector<Rank> top(length);
  std::vector<Rank> next(length);
  for (std::size_t map = 0; map < means.size(); map += kCount) {
    for (std::size_t begin = 0; begin < positions.size(); begin += length) {
      const std::size_t there = std::min(length, positions.size() - begin);
      for (std::size_t i = 0; i < there; ++i) std::memcpy(&next[i], positions[begin + i] + map, sizeof(Rank));
      for (std::size_t i = there; i < length; ++i)
        next[i].values = typename Rank::Values{} - std::numeric_limits<float>::infinity();
      sort(next.data(), length);
      if (begin == 0) {
        std::swap(top, next);
        continue;
      }
      for (std::size_t i = 0; i < length; ++i) order(top[i], next[length - 1 - i]);
      merge(top.data(), length);
    }
    typename Rank::Values sum{};
    for (std::size_t i = 0; i < strongest; ++i) sum += top[i].values;
    sum /= static_cast<float>(strongest);
    std::memcpy(&means[map], &sum, sizeof sum);
  }
}

using Means = void (*)(const std::vector<const float*>&, std::size_t, std::span<float>);

void narrow(const std::vector<const float*>& positions, std::size_t strongest, std::span<float> means) {
  means_of<4>(positions, strongest, means);
}

#ifdef __x86_64__
[[gnu::target("avx2")]] void wide(const std::vector<const float*>& positions, std::size_t strongest,
                                  std::span<float> means) {
  means_of<8>(positions, strongest, means);
}

[[gnu::target("avx512f")]] void widest(const std::vector<const float*>& positions, std::size_t strongest,
                                       std::span<float> means) {
  means_of<16>(positions, strongest, means);
}

Means of_this_processor() {
  if (__builtin_cpu_supports("avx512f")) return widest;
  if (__builtin_cpu_supports("avx2")) return wide;
  return narrow;
}
#else
Means of_this_processor() { return narrow; }
#endif

}  // namespace

void strongest_mean(const InterleavedMaps& maps, const MapPart& part, std::span<float> means) {
  VIGIL_CHECK(part.left >= 0 && part.top >= 0 && part.right <= maps.columns && part.bottom <= maps.rows &&
                  part.left < part.right && part.top < part.bottom,
              "a part of the maps");
  VIGIL_CHECK(maps.count % kMapsAtOnce == 0 && means.size() == static_cast<std::size_t>(maps.count), "number of maps");
  std::vector<const float*> positions;
  positions.reserve(static_cast<std::size_t>(part.positions()));
  for (int y = part.top; y < part.bottom; ++y) {
    for (int x = part.left; x < part.right; ++x) {
      positions.push_back(maps.data + static_cast<std::ptrdiff_t>(y * maps.columns + x) * maps.count);
    }
  }
  static const Means means_of_strongest = of_this_processor();
  means_of_strongest(positions, static_cast<std::size_t>(std::max(1L, std::lround(kStrongestShare * part.positions()))),
                     means);
}

}  // namespace vigil::vision
