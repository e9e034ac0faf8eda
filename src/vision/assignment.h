// assign(): the pairing of rows with columns that costs least, exactly; how tracks and detections find each other.
//
//   CostMatrix costs(tracks.size(), detections.size());       // every pair is forbidden at first
//   costs(0, 2) = 0.25;
//   for (auto [track, detection] : assign(costs)) link(track, detection);
//
// Kuhn's assignment problem, solved by shortest augmenting paths with dual variables (Edmonds and Karp 1972, Jonker and
// Volgenant 1987): O(n²m) for n ≤ m. The answer depends on the matrix alone. An Assigner does the same again and again in
// memory that it keeps; one thread at a time.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace vigil::vision {

// Row-major; any finite number may be a cost, kForbidden is never paired.
class CostMatrix {
 public:
  static constexpr double kForbidden = std::numeric_limits<double>::infinity();

  CostMatrix() = default;
  CostMatrix(std::size_t rows, std::size_t columns) { reset(rows, columns); }

  // As new, in the memory it has where that is enough.
  void reset(std::size_t rows, std::size_t columns) {
    rows_ = rows;
    columns_ = columns;
    costs_.assign(rows * columns, kForbidden);
  }

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  double& operator()(std::size_t row, std::size_t column) { return costs_[row * columns_ + column]; }
  double operator()(std::size_t row, std::size_t column) const { return costs_[row * columns_ + column]; }

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
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

class Assigner {
 public:
  // As assign(). What it gives holds until the next call.
  std::span<const Pair> assign(const CostMatrix& costs);

 private:
  void add_row(const CostMatrix& costs, std::size_t row);
  void update_duals(std::size_t new_row, double length);
  double reduced(const CostMatrix& costs, std::size_t row, std::size_t column) const;

  CostMatrix turned_;
  double forbidden_ = 0;  // what a forbidden pair costs
  std::vector<double> row_dual_;
  std::vector<double> column_dual_;
  std::vector<std::size_t> row_of_;     // by column; kNone: free
  std::vector<double> distance_;        // by column: length of the shortest path that is known
  std::vector<std::size_t> came_from_;  // by column: the column before it on that path; kNone: straight from the new row
  std::vector<char> reached_;           // by column: the path is the shortest of all
  std::vector<Pair> pairs_;
};

}  // namespace vigil::vision
