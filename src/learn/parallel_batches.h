// ParallelBatches: fills the rows of batches on several threads and hands the batches over in order.
//
//   ParallelBatches batches({.row_shape = {3, 10, 112, 112}, .workers = 2, .prefetch_batches = 4}, fill_row);
//   batches.start(plan);                          // rows in order, cut into batches
//   while (auto batch = batches.next()) use(*batch);
//
// What comes out does not depend on the number of workers: each row is filled by itself into its own place. At most
// `prefetch_batches` batches are filled or being filled beyond the one last taken. One thread calls start, next and stop;
// `fill` is called from the workers, for different rows at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/result.h"
#include "learn/batch_source.h"

namespace vigil::learn {

// One row to fill: which sample, which of its windows, and its label.
struct RowPlan {
  std::int64_t sample = 0;
  int window = 0;
  float label = 0;
};

// A row's place in its batch.
struct RowPlace {
  std::span<float> values;
  std::span<float> labels;  // of options.label_shape; zeros. Empty where the label is the plan's
};

// Writes the row. An error ends the epoch at its batch, or costs only this row under `skip_broken`.
using RowFiller = std::function<core::Status(const RowPlan& row, const RowPlace& place)>;

struct ParallelBatchesOptions {
  std::vector<std::int64_t> row_shape;
  std::vector<std::int64_t> label_shape = {};  // of what `fill` writes as a row's label; empty: one number, the plan's
  int batch_size = 1;                          // rows; the last batch of a plan may have fewer
  int workers = 1;                             // at least 1
  int prefetch_batches = 4;                    // at least 1
  bool skip_broken = false;                    // rows that cannot be filled are left out of their batch, counted and logged
};

class ParallelBatches {
 public:
  ParallelBatches(ParallelBatchesOptions options, RowFiller fill);
  ~ParallelBatches();

  // Drops what is under way and begins with these rows.
  void start(std::vector<RowPlan> rows);

  // The next batch that holds any row; nothing at the end. Blocks. After an error the plan is at its end.
  // Errors: the first one, in the order of rows, that `fill` gave in the batch.
  core::Result<std::optional<Batch>> next();

  // Rows left out since the object was made.
  std::int64_t skipped_rows() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::learn
