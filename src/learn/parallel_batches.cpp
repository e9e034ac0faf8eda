#include "learn/parallel_batches.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include <torch/torch.h>

#include "core/check.h"
#include "core/log.h"

namespace vigil::learn {
namespace {

using core::Error;
using core::Result;

// A batch being filled. Workers write to their own rows only; `left` and `errors` are guarded by Impl::mutex.
struct Slot {
  std::span<const RowPlan> rows;
  torch::Tensor inputs;
  torch::Tensor labels;     // undefined where they are the plan's
  float* values = nullptr;  // the tensors' memory: asking torch for it is no business of the workers
  float* label_values = nullptr;
  std::size_t left = 0;
  std::map<std::size_t, Error> errors;  // by row
};

Batch to_batch(const Slot& slot) {
  std::vector<std::int64_t> kept;
  std::vector<float> labels;
  Batch batch;
  for (std::size_t row = 0; row < slot.rows.size(); ++row) {
    if (slot.errors.contains(row)) continue;
    kept.push_back(static_cast<std::int64_t>(row));
    labels.push_back(slot.rows[row].label);
    batch.samples.push_back(slot.rows[row].sample);
  }
  const auto chosen = [&](const torch::Tensor& all) {
    return slot.errors.empty() ? all : all.index_select(0, torch::tensor(kept, torch::kInt64));
  };
  batch.inputs = chosen(slot.inputs);
  batch.labels = slot.labels.defined() ? chosen(slot.labels) : torch::tensor(labels, torch::kFloat32);
  return batch;
}

}  // namespace

struct ParallelBatches::Impl {
  ParallelBatchesOptions options;
  RowFiller fill;
  std::size_t row_values = 1;
  std::size_t label_values = 0;

  std::vector<RowPlan> rows;
  std::size_t batch_size = 1;

  mutable std::mutex mutex;
  std::condition_variable work_or_stop;
  std::condition_variable batch_ready;
  bool stopping = false;
  std::size_t next_row = 0;           // to be handed to a worker
  std::size_t taken = 0;              // batches handed over
  std::map<std::size_t, Slot> slots;  // by number of batch; stable addresses
  std::int64_t skipped = 0;

  std::vector<std::jthread> workers;

  std::size_t batches() const { return (rows.size() + batch_size - 1) / batch_size; }
  std::size_t allowed_rows() const {
    return std::min(rows.size(), (taken + static_cast<std::size_t>(options.prefetch_batches)) * batch_size);
  }

  // Requires the lock.
  Slot& slot_of(std::size_t batch) {
    const auto [at, is_new] = slots.try_emplace(batch);
    if (is_new) {
      const std::size_t begin = batch * batch_size;
      Slot& slot = at->second;
      slot.rows = std::span(rows).subspan(begin, std::min(batch_size, rows.size() - begin));
      const auto shape_of = [&](const std::vector<std::int64_t>& row_shape) {
        std::vector<std::int64_t> shape = {static_cast<std::int64_t>(slot.rows.size())};
        shape.insert(shape.end(), row_shape.begin(), row_shape.end());
        return shape;
      };
      slot.inputs = torch::empty(shape_of(options.row_shape), torch::kFloat32);
      slot.values = slot.inputs.data_ptr<float>();
      if (!options.label_shape.empty()) {
        slot.labels = torch::zeros(shape_of(options.label_shape), torch::kFloat32);
        slot.label_values = slot.labels.data_ptr<float>();
      }
      slot.left = slot.rows.size();
    }
    return at->second;
  }

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      work_or_stop.wait(lock, [&] { return stopping || next_row < allowed_rows(); });
      if (stopping) return;
      const std::size_t row = next_row++;
      Slot& slot = slot_of(row / batch_size);
      const std::size_t place = row % batch_size;
      lock.unlock();
      const core::Status filled =
          fill(slot.rows[place], {.values = {slot.values + place * row_values, row_values},
                                  .labels = {slot.label_values + place * label_values, label_values}});
      lock.lock();
      if (!filled) slot.errors.emplace(place, filled.error());
      if (--slot.left == 0) batch_ready.notify_one();
    }
  }

  void stop() {
    {
      const std::scoped_lock lock(mutex);
      stopping = true;
    }
    work_or_stop.notify_all();
    workers.clear();
    slots.clear();
    stopping = false;
  }

  // The next filled batch's slot; nothing at the end.
  std::optional<Slot> take() {
    std::unique_lock lock(mutex);
    if (taken >= batches()) return std::nullopt;
    batch_ready.wait(lock, [&] {
      const auto at = slots.find(taken);
      return at != slots.end() && at->second.left == 0;
    });
    auto node = slots.extract(taken);
    ++taken;
    lock.unlock();
    work_or_stop.notify_all();
    return std::move(node.mapped());
  }
};

ParallelBatches::ParallelBatches(ParallelBatchesOptions options, RowFiller fill) : impl_(std::make_unique<Impl>()) {
  VIGIL_CHECK(options.batch_size >= 1 && options.workers >= 1 && options.prefetch_batches >= 1, "sizes of a loader");
  for (const std::int64_t extent : options.row_shape) impl_->row_values *= static_cast<std::size_t>(extent);
  if (!options.label_shape.empty()) impl_->label_values = 1;
  for (const std::int64_t extent : options.label_shape) impl_->label_values *= static_cast<std::size_t>(extent);
  impl_->batch_size = static_cast<std::size_t>(options.batch_size);
  impl_->options = std::move(options);
  impl_->fill = std::move(fill);
}

ParallelBatches::~ParallelBatches() { impl_->stop(); }

void ParallelBatches::start(std::vector<RowPlan> rows) {
  impl_->stop();
  impl_->rows = std::move(rows);
  impl_->next_row = 0;
  impl_->taken = 0;
  for (int i = 0; i < impl_->options.workers; ++i) impl_->workers.emplace_back([impl = impl_.get()] { impl->work(); });
}

Result<std::optional<Batch>> ParallelBatches::next() {
  while (auto slot = impl_->take()) {
    if (slot->errors.empty()) return to_batch(*slot);
    if (!impl_->options.skip_broken) {
      impl_->stop();
      impl_->rows.clear();
      return std::unexpected(slot->errors.begin()->second);
    }
    for (const auto& [row, error] : slot->errors) core::log_warning("skipped: {}", error.message);
    impl_->skipped += static_cast<std::int64_t>(slot->errors.size());
    if (slot->errors.size() < slot->rows.size()) return to_batch(*slot);
  }
  return std::nullopt;
}

std::int64_t ParallelBatches::skipped_rows() const { return impl_->skipped; }

}  // namespace vigil::learn
