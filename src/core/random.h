// Seeded randomness without shared state: every sample draws from its own generator, so results do not depend on the
// number of threads, and a resumed run draws what an uninterrupted one would.
//
//   Rng rng = make_rng({seed, epoch, sample_index});
//   double shift = uniform(rng, -0.5, 0.5);
//
// An Rng belongs to one thread. The distributions here are ours because the standard library's differ between vendors.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>

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

// Standard normal deviate (Box-Muller).
double normal(Rng& rng);

}  // namespace vigil::core
