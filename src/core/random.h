// Seeded randomness without shared state: every sample draws from its own generator, so results do not depend on the
// number of threads, and a resumed run draws what an uninterrupted one would.
//
//   Rng rng = make_rng({seed, epoch, sample_index});
//   double shift = uniform(rng, -0.5, 0.5);
//
// An Rng belongs to one thread. The distributions here are ours because the standard library's differ between vendors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <utility>
#include <vector>

namespace vigil::core {

using Rng = std::mt19937_64;

// A generator whose sequence is fixed by the list of keys (seed, epoch, index, …); different lists give independent ones.
Rng make_rng(std::initializer_list<std::uint64_t> keys);

// Uniform in [low, high).
double uniform(Rng& rng, double low, double high);

// Uniform over the integers low … high, both included. Requires low <= high.
std::int64_t uniform_int(Rng& rng, std::int64_t low, std::int64_t high);

// True with the given probability.
bool chance(Rng& rng, double probability);

// Puts the items into a random order (Fisher-Yates).
template <typename Item>
void shuffle(std::vector<Item>& items, Rng& rng) {
  for (std::size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[static_cast<std::size_t>(uniform_int(rng, 0, static_cast<std::int64_t>(i) - 1))]);
  }
}

// Standard normal deviate (Box-Muller).
double normal(Rng& rng);

}  // namespace vigil::core
