#include "core/random.h"

#include <cmath>
#include <numbers>

#include "core/check.h"

namespace vigil::core {
namespace {

// Finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads neighbouring keys over all 64 bits.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

Rng make_rng(std::initializer_list<std::uint64_t> keys) {
  std::uint64_t state = keys.size();
  for (const std::uint64_t key : keys) state = mix(state ^ mix(key));
  return Rng(state);
}

double uniform(Rng& rng, double low, double high) {
  const double unit = static_cast<double>(rng() >> 11) * 0x1p-53;
  return low + (high - low) * unit;
}

std::int64_t uniform_int(Rng& rng, std::int64_t low, std::int64_t high) {
  VIGIL_CHECK(low <= high, "range of uniform_int");
  // In unsigned arithmetic: the widest ranges overflow a signed difference.
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (span == 0) return static_cast<std::int64_t>(rng());
  // Rejection keeps every value equally likely.
  const std::uint64_t limit = span * (UINT64_MAX / span);
  std::uint64_t draw = rng();
  while (draw >= limit) draw = rng();
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + draw % span);
}

bool chance(Rng& rng, double probability) { return uniform(rng, 0.0, 1.0) < probability; }

double normal(Rng& rng) {
  const double u = 1.0 - uniform(rng, 0.0, 1.0);
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * uniform(rng, 0.0, 1.0));
}

}  // namespace vigil::core
