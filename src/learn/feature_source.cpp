#include "learn/feature_source.h"

#include <algorithm>
#include <array>

#include "core/check.h"
#include "core/random.h"

namespace vigil::learn {

FeatureSource::FeatureSource(FeatureTable table, FeatureSourceOptions options)
    : table_(std::move(table)), options_(options) {
  VIGIL_CHECK(!table_.clips().empty() && options_.batch_size >= 1, "a feature source has clips and batches");
  start_epoch(0);
}

void FeatureSource::start_epoch(std::int64_t epoch, std::int64_t first_batch) {
  epoch_.clear();
  options_.repeat > 0 ? draw_rows(epoch) : list_rows();
  position_ = std::min(epoch_.size(), static_cast<std::size_t>(first_batch * options_.batch_size));
}

void FeatureSource::list_rows() {
  for (std::size_t clip = 0; clip < table_.clips().size(); ++clip) {
    for (std::int64_t row = 0; row < table_.of(clip).plain.size(0); ++row) epoch_.push_back({clip, row});
  }
}

void FeatureSource::draw_rows(std::int64_t epoch) {
  std::array<std::vector<std::size_t>, 2> classes;
  for (std::size_t clip = 0; clip < table_.clips().size(); ++clip) {
    classes[static_cast<std::size_t>(table_.clips().get(clip).label)].push_back(clip);
  }
  core::Rng rng = core::make_rng({options_.seed, static_cast<std::uint64_t>(epoch)});
  const auto last = [](const auto& items) { return static_cast<std::int64_t>(items.size()) - 1; };
  const std::size_t rows = table_.clips().size() * static_cast<std::size_t>(options_.repeat);
  for (std::size_t i = 0; i < rows; ++i) {
    const auto& wanted = classes[i % 2];
    const auto& clips = wanted.empty() ? classes[1 - i % 2] : wanted;
    const std::size_t clip = clips[static_cast<std::size_t>(core::uniform_int(rng, 0, last(clips)))];
    const std::int64_t count = table_.of(clip).plain.size(0) + table_.of(clip).changed.size(0);
    epoch_.push_back({clip, core::uniform_int(rng, 0, count - 1)});
  }
}

core::Result<std::optional<Batch>> FeatureSource::next() {
  const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(options_.batch_size), epoch_.size() - position_);
  if (count == 0) return std::nullopt;
  Batch batch;
  std::vector<torch::Tensor> inputs;
  std::vector<float> labels;
  for (std::size_t i = position_; i < position_ + count; ++i) {
    const auto [clip, row] = epoch_[i];
    const ClipFeatures& rows = table_.of(clip);
    const std::int64_t plain = rows.plain.size(0);
    inputs.push_back(row < plain ? rows.plain[row] : rows.changed[row - plain]);
    labels.push_back(static_cast<float>(table_.clips().get(clip).label));
    batch.samples.push_back(static_cast<std::int64_t>(table_.index_of(clip)));
  }
  position_ += count;
  batch.inputs = torch::stack(inputs);
  batch.labels = torch::tensor(labels);
  return batch;
}

std::int64_t FeatureSource::batches_per_epoch() const {
  return (static_cast<std::int64_t>(epoch_.size()) + options_.batch_size - 1) / options_.batch_size;
}

std::int64_t FeatureSource::samples() const { return static_cast<std::int64_t>(table_.clips().size()); }

}  // namespace vigil::learn
