// FeatureSource: the BatchSource of a FeatureTable; what a net that looks at window features is trained and measured with.
//
//   FeatureSource train(table, {.batch_size = 64, .repeat = 20, .seed = 1});
//
// Training: an epoch has `repeat` rows per clip, half of them from violent clips and half from others, each a random row of
// a random clip: clips count alike however many windows they have, and no fold leans towards the class it has more of.
// Measuring: every plain row of every clip once. As BatchSource: one thread.
#pragma once

#include "learn/batch_source.h"
#include "learn/feature_table.h"

namespace vigil::learn {

struct FeatureSourceOptions {
  int batch_size = 64;  // rows
  int repeat = 0;       // 0: measuring
  std::uint64_t seed = 1;
};

class FeatureSource : public BatchSource {
 public:
  // Requires a table with clips.
  FeatureSource(FeatureTable table, FeatureSourceOptions options);

  void start_epoch(std::int64_t epoch, std::int64_t first_batch = 0) override;
  core::Result<std::optional<Batch>> next() override;
  std::int64_t batches_per_epoch() const override;
  std::int64_t samples() const override;

 private:
  struct Row {
    std::size_t clip;
    std::int64_t row;  // of plain, then of changed
  };

  void list_rows();
  void draw_rows(std::int64_t epoch);

  FeatureTable table_;
  FeatureSourceOptions options_;
  std::vector<Row> epoch_;
  std::size_t position_ = 0;
};

}  // namespace vigil::learn
