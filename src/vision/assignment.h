// assign(): the pairing of rows with columns that costs least, exactly; how tracks and detections find each other.
//
//   CostMatrix costs(tracks.size(), detections.size());       // every pair is forbidden at first
//   costs(0, 2) = 0.25;
//   for (auto [track, detection] : assign(costs)) …
//
// Kuhn's assignment problem, solved by shortest augmenting paths with dual variables (Edmonds and Karp 1972, Jonker and
// Volgenant 1987): O(n²m) for n ≤ m. Pure functions of their arguments.
#pragma once

#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace vigil::vision {

// Row-major; any finite number may be a cost, kForbidden is never paired.
class CostMatrix {
 public:
  static constexpr double kForbidden = std::numeric_limits<double>::infinity();

  CostMatrix(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns), costs_(rows * columns, kForbidden) {}

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  double& operator()(std::size_t row, std::size_t column) { return costs_[row * columns_ + column]; }
  double operator()(std::size_t row, std::size_t column) const { return costs_[row * columns_ + column]; }

 private:
  std::size_t rows_;
  std::size_t columns_;
  std::vector<double> costs_;
};

struct Pair {
  std::size_t row;
  std::size_t column;

  bool operator==(const Pair&) const = default;
};

// As many pairs as the forbidden ones allow and, among all ways to have so many, those whose costs add up to the least. In
// rising order of rows; the same for the same matrix.
std::vector<Pair> assign(const CostMatrix& costs);

}  // namespace vigil::vision
