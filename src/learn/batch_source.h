// BatchSource: where the Trainer's batches come from; one pass over it is one epoch.
//
//   source.start_epoch(3);
//   while (auto batch = source.next()) step(*batch);
//
// What an epoch gives depends only on (seed, epoch), never on thread count or on what was read before, so that a resumed run
// sees what an uninterrupted one would. One thread consumes; implementations may decode on others.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <torch/types.h>

#include "core/result.h"

namespace vigil::learn {

struct Batch {
  torch::Tensor inputs;               // [B, …] float32: clips [B, 3, T, H, W], features [B, F] or pictures [B, 3, H, W]
  torch::Tensor labels;               // [B] float32, 1 = violence; of pictures [B, M, 6]: their boxes (learn/box_labels.h)
  std::vector<std::int64_t> samples;  // index of each row in its data set
};

class BatchSource {
 public:
  virtual ~BatchSource() = default;

  // Begins (or begins again) the epoch; `first_batch` skips that many batches without decoding them, for resuming mid-epoch.
  virtual void start_epoch(std::int64_t epoch, std::int64_t first_batch = 0) = 0;

  // The next batch; nothing at the end of the epoch. Errors: kUnreadable and kIo when a file cannot be read (named).
  virtual core::Result<std::optional<Batch>> next() = 0;

  virtual std::int64_t batches_per_epoch() const = 0;
  virtual std::int64_t samples() const = 0;
};

}  // namespace vigil::learn
