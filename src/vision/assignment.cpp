#include "vision/assignment.h"

#include <algorithm>
#include <cmath>

namespace vigil::vision {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// More than any exchange of allowed pairs can save, so that one forbidden pair less always wins.
double price_of_forbidden(const CostMatrix& costs) {
  double lowest = 0;
  double highest = 0;
  for (std::size_t row = 0; row < costs.rows(); ++row) {
    for (std::size_t column = 0; column < costs.columns(); ++column) {
      const double cost = costs(row, column);
      if (cost == CostMatrix::kForbidden) continue;
      lowest = std::min(lowest, cost);
      highest = std::max(highest, cost);
    }
  }
  return 1 + 2 * (highest - lowest) * static_cast<double>(std::min(costs.rows(), costs.columns()) + 1);
}

// Rows join one by one. Reduced costs (cost less the duals of row and column) are never negative, so the cheapest way to fit
// a new row in is a shortest path from it to a free column, found as by Dijkstra.
class ShortestPaths {
 public:
  // Requires no more rows than columns.
  explicit ShortestPaths(const CostMatrix& costs)
      : costs_(costs),
        forbidden_(price_of_forbidden(costs)),
        row_dual_(costs.rows(), 0),
        column_dual_(costs.columns(), 0),
        row_of_(costs.columns(), kNone),
        distance_(costs.columns()),
        came_from_(costs.columns()),
        reached_(costs.columns()) {}

  std::vector<std::size_t> solve() {
    for (std::size_t row = 0; row < costs_.rows(); ++row) add(row);
    return row_of_;
  }

 private:
  double reduced(std::size_t row, std::size_t column) const {
    const double cost = costs_(row, column);
    return (cost == CostMatrix::kForbidden ? forbidden_ : cost) - row_dual_[row] - column_dual_[column];
  }

  void add(std::size_t new_row) {
    std::ranges::fill(distance_, std::numeric_limits<double>::infinity());
    std::ranges::fill(came_from_, kNone);  // the column that the path comes through; kNone: straight from the new row
    std::ranges::fill(reached_, false);
    std::size_t row = new_row;
    std::size_t through = kNone;
    double length = 0;
    for (;;) {
      std::size_t nearest = kNone;
      for (std::size_t column = 0; column < costs_.columns(); ++column) {
        if (reached_[column]) continue;
        if (const double way = length + reduced(row, column); way < distance_[column]) {
          distance_[column] = way;
          came_from_[column] = through;
        }
        if (nearest == kNone || distance_[column] < distance_[nearest]) nearest = column;
      }
      reached_[nearest] = true;
      length = distance_[nearest];
      through = nearest;
      if (row_of_[nearest] == kNone) break;
      row = row_of_[nearest];
    }
    update_duals(new_row, length);
    for (std::size_t column = through; column != kNone; column = came_from_[column]) {
      row_of_[column] = came_from_[column] == kNone ? new_row : row_of_[came_from_[column]];
    }
  }

  void update_duals(std::size_t new_row, double length) {
    row_dual_[new_row] += length;
    for (std::size_t column = 0; column < costs_.columns(); ++column) {
      if (!reached_[column] || row_of_[column] == kNone) continue;
      column_dual_[column] -= length - distance_[column];
      row_dual_[row_of_[column]] += length - distance_[column];
    }
  }

  const CostMatrix& costs_;
  double forbidden_;
  std::vector<double> row_dual_;
  std::vector<double> column_dual_;
  std::vector<std::size_t> row_of_;
  std::vector<double> distance_;
  std::vector<std::size_t> came_from_;
  std::vector<char> reached_;
};

CostMatrix transposed(const CostMatrix& costs) {
  CostMatrix turned(costs.columns(), costs.rows());
  for (std::size_t row = 0; row < costs.rows(); ++row) {
    for (std::size_t column = 0; column < costs.columns(); ++column) turned(column, row) = costs(row, column);
  }
  return turned;
}

}  // namespace

std::vector<Pair> assign(const CostMatrix& costs) {
  const bool tall = costs.rows() > costs.columns();
  const std::vector<std::size_t> row_of = tall ? ShortestPaths(transposed(costs)).solve() : ShortestPaths(costs).solve();
  std::vector<Pair> pairs;
  for (std::size_t column = 0; column < row_of.size(); ++column) {
    if (row_of[column] == kNone) continue;
    const Pair pair = tall ? Pair{.row = column, .column = row_of[column]} : Pair{.row = row_of[column], .column = column};
    if (costs(pair.row, pair.column) != CostMatrix::kForbidden) pairs.push_back(pair);
  }
  std::ranges::sort(pairs, {}, &Pair::row);
  return pairs;
}

}  // namespace vigil::vision
