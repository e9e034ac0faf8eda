#include "vision/assignment.h"

#include <algorithm>

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

void transpose(const CostMatrix& costs, CostMatrix& turned) {
  turned.reset(costs.columns(), costs.rows());
  for (std::size_t row = 0; row < costs.rows(); ++row) {
    for (std::size_t column = 0; column < costs.columns(); ++column) turned(column, row) = costs(row, column);
  }
}

}  // namespace

double Assigner::reduced(const CostMatrix& costs, std::size_t row, std::size_t column) const {
  const double cost = costs(row, column);
  return (cost == CostMatrix::kForbidden ? forbidden_ : cost) - row_dual_[row] - column_dual_[column];
}

// Rows join one by one. Reduced costs (cost less the duals of row and column) are never negative, so the cheapest way to fit
// a new row in is a shortest path from it to a free column, found as by Dijkstra.
void Assigner::add_row(const CostMatrix& costs, std::size_t new_row) {
  std::ranges::fill(distance_, std::numeric_limits<double>::infinity());
  std::ranges::fill(came_from_, kNone);
  std::ranges::fill(reached_, false);
  std::size_t row = new_row;
  std::size_t through = kNone;
  double length = 0;
  for (;;) {
    std::size_t nearest = kNone;
    for (std::size_t column = 0; column < costs.columns(); ++column) {
      if (reached_[column]) continue;
      if (const double way = length + reduced(costs, row, column); way < distance_[column]) {
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

void Assigner::update_duals(std::size_t new_row, double length) {
  row_dual_[new_row] += length;
  for (std::size_t column = 0; column < row_of_.size(); ++column) {
    if (!reached_[column] || row_of_[column] == kNone) continue;
    column_dual_[column] -= length - distance_[column];
    row_dual_[row_of_[column]] += length - distance_[column];
  }
}

std::span<const Pair> Assigner::assign(const CostMatrix& costs) {
  const bool tall = costs.rows() > costs.columns();
  if (tall) transpose(costs, turned_);
  const CostMatrix& wide = tall ? turned_ : costs;
  forbidden_ = price_of_forbidden(costs);
  row_dual_.assign(wide.rows(), 0);
  column_dual_.assign(wide.columns(), 0);
  row_of_.assign(wide.columns(), kNone);
  distance_.resize(wide.columns());
  came_from_.resize(wide.columns());
  reached_.resize(wide.columns());
  for (std::size_t row = 0; row < wide.rows(); ++row) add_row(wide, row);

  pairs_.clear();
  for (std::size_t column = 0; column < row_of_.size(); ++column) {
    if (row_of_[column] == kNone) continue;
    const Pair pair = tall ? Pair{.row = column, .column = row_of_[column]} : Pair{.row = row_of_[column], .column = column};
    if (costs(pair.row, pair.column) != CostMatrix::kForbidden) pairs_.push_back(pair);
  }
  std::ranges::sort(pairs_, {}, &Pair::row);
  return pairs_;
}

std::vector<Pair> assign(const CostMatrix& costs) {
  Assigner assigner;
  const auto pairs = assigner.assign(costs);
  return {pairs.begin(), pairs.end()};
}

}  // namespace vigil::vision
