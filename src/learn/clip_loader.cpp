#include "learn/clip_loader.h"

#include <algorithm>
#include <format>
#include <numeric>
#include <thread>

#include "core/random.h"
#include "learn/clip_windows.h"
#include "learn/parallel_batches.h"
#include "media/clip_sampler.h"
#include "vision/clip_geometry.h"
#include "vision/fused_clip.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;

// Keys that keep the streams of random numbers apart.
enum : std::uint64_t { kOrderStream = 1, kRowStream = 2 };

// Reads one row. Called from several threads at once; holds nothing that changes.
class RowReader {
 public:
  RowReader(ClipSet clips, ClipLoaderOptions options) : clips_(std::move(clips)), options_(std::move(options)) {}

  Status read(const RowPlan& row, std::int64_t epoch, std::span<float> values) const {
    const ClipItem& clip = clips_.get(static_cast<std::size_t>(row.sample));
    auto done = read_clip(clip, row, epoch, values);
    if (done || clip.origin.empty()) return done;
    return std::unexpected(done.error().with_context(clip.origin));
  }

 private:
  Status read_clip(const ClipItem& clip, const RowPlan& row, std::int64_t epoch, std::span<float> values) const {
    auto sampler = media::ClipSampler::open(clip.path.string());
    if (!sampler) return std::unexpected(sampler.error());
    core::Rng rng = core::make_rng(
        {kRowStream, options_.seed, static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(row.sample)});
    const core::MediaDuration duration = (*sampler)->duration();
    const core::MediaDuration length = options_.input.window;
    const ClipWindow window = options_.augment ? random_window(duration, length, rng)
                                               : uniform_window(duration, length, row.window, options_.windows);
    auto frames = (*sampler)->sample(window.begin, window.end, options_.input.frames);
    if (!frames) return std::unexpected(frames.error());
    const vision::ClipGeometry geometry =
        options_.augment ? vision::draw_geometry(options_.input, rng) : vision::fixed_geometry(options_.input);
    return vision::fuse_clip(*frames, options_.input, geometry, values);
  }

  ClipSet clips_;
  ClipLoaderOptions options_;
};

std::vector<std::int64_t> ordered_samples(std::size_t count, const ClipLoaderOptions& options, std::int64_t epoch) {
  std::vector<std::int64_t> samples(count);
  std::iota(samples.begin(), samples.end(), 0);
  if (options.order == ClipOrder::kAsListed) return samples;
  const std::int64_t key = options.order == ClipOrder::kShuffled ? epoch : 0;
  core::Rng rng = core::make_rng({kOrderStream, options.seed, static_cast<std::uint64_t>(key)});
  for (std::size_t i = count; i > 1; --i) {
    std::swap(samples[i - 1],
              samples[static_cast<std::size_t>(core::uniform_int(rng, 0, static_cast<std::int64_t>(i) - 1))]);
  }
  return samples;
}

Status check(const ClipSet& clips, const ClipLoaderOptions& options) {
  if (clips.empty()) return fail(ErrorCode::kInvalidArgument, "there are no clips to load");
  if (options.windows < 1 || options.batch_size < 1 || options.workers < 0 || options.prefetch_batches < 1) {
    return fail(
        ErrorCode::kInvalidArgument,
        std::format("windows = {}, batch_size = {}, workers = {}, prefetch_batches = {}: must be at least 1 (workers 0)",
                    options.windows, options.batch_size, options.workers, options.prefetch_batches));
  }
  return options.input.validate();
}

ClipLoaderOptions common_loader(const Recipe& recipe) {
  return {.input = recipe.transform,
          .seed = static_cast<std::uint64_t>(recipe.trainer.seed),
          .batch_size = recipe.trainer.batch_size,
          .workers = recipe.data.workers,
          .prefetch_batches = recipe.data.prefetch_batches,
          .skip_broken = recipe.data.skip_broken};
}

}  // namespace

ClipLoaderOptions training_loader(const Recipe& recipe) {
  ClipLoaderOptions options = common_loader(recipe);
  options.order = ClipOrder::kShuffled;
  options.augment = true;
  return options;
}

ClipLoaderOptions validation_loader(const Recipe& recipe) {
  ClipLoaderOptions options = common_loader(recipe);
  options.order = ClipOrder::kShuffledOnce;
  options.windows = recipe.data.validation_windows;
  return options;
}

ClipLoaderOptions eval_loader(const Recipe& recipe) {
  ClipLoaderOptions options = common_loader(recipe);
  options.windows = recipe.data.eval_windows;
  return options;
}

struct ClipLoader::Impl {
  ClipSet clips;
  ClipLoaderOptions options;
  std::int64_t epoch = 0;  // read by the workers; changes only while there are none
  std::unique_ptr<ParallelBatches> batches;

  std::size_t rows_per_clip() const { return options.augment ? 1 : static_cast<std::size_t>(options.windows); }
};

ClipLoader::ClipLoader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClipLoader::~ClipLoader() = default;

Result<std::unique_ptr<ClipLoader>> ClipLoader::create(ClipSet clips, ClipLoaderOptions options) {
  if (auto valid = check(clips, options); !valid) return std::unexpected(valid.error());
  auto impl = std::make_unique<Impl>();
  impl->clips = clips;
  impl->options = options;
  const vision::ClipInput& input = options.input;
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  impl->batches = std::make_unique<ParallelBatches>(
      ParallelBatchesOptions{.row_shape = {3, input.frames, input.crop_px, input.crop_px},
                             .batch_size = options.batch_size,
                             .workers = options.workers > 0 ? options.workers : cores,
                             .prefetch_batches = options.prefetch_batches,
                             .skip_broken = options.skip_broken},
      [reader = RowReader(std::move(clips), options), state = impl.get()](const RowPlan& row, const RowPlace& place) {
        return reader.read(row, state->epoch, place.values);
      });
  return std::unique_ptr<ClipLoader>(new ClipLoader(std::move(impl)));
}

void ClipLoader::start_epoch(std::int64_t epoch, std::int64_t first_batch) {
  impl_->batches->start({});
  impl_->epoch = epoch;
  std::vector<RowPlan> rows;
  for (const std::int64_t sample : ordered_samples(impl_->clips.size(), impl_->options, epoch)) {
    const auto label = static_cast<float>(impl_->clips.get(static_cast<std::size_t>(sample)).label);
    for (std::size_t window = 0; window < impl_->rows_per_clip(); ++window) {
      rows.push_back({.sample = sample, .window = static_cast<int>(window), .label = label});
    }
  }
  const auto skipped = static_cast<std::size_t>(first_batch) * static_cast<std::size_t>(impl_->options.batch_size);
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(skipped, rows.size())));
  impl_->batches->start(std::move(rows));
}

Result<std::optional<Batch>> ClipLoader::next() { return impl_->batches->next(); }

std::int64_t ClipLoader::batches_per_epoch() const {
  const auto rows = static_cast<std::int64_t>(impl_->clips.size() * impl_->rows_per_clip());
  return (rows + impl_->options.batch_size - 1) / impl_->options.batch_size;
}

std::int64_t ClipLoader::samples() const { return static_cast<std::int64_t>(impl_->clips.size()); }
const ClipSet& ClipLoader::clips() const { return impl_->clips; }
std::int64_t ClipLoader::skipped_rows() const { return impl_->batches->skipped_rows(); }

}  // namespace vigil::learn
