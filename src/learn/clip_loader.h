// ClipLoader: the BatchSource of stored clips: decodes windows of a ClipSet on several threads and gives batches.
//
//   auto train = ClipLoader::create(fold_train, training_loader(recipe));
//   (*train)->start_epoch(0);
//   while (auto batch = *(*train)->next()) step(*batch);    // inputs [B, 3, T, crop, crop]
//
// Every draw (order, window, scale, flip) comes from (seed, epoch, sample, window): results do not depend on the number of
// workers, and an epoch resumed in the middle goes on as if never left. As BatchSource: one thread consumes.
#pragma once

#include <memory>

#include "core/result.h"
#include "learn/batch_source.h"
#include "learn/clip_set.h"
#include "learn/recipe.h"
#include "vision/clip_input.h"

namespace vigil::learn {

enum class ClipOrder {
  kAsListed,
  kShuffled,      // anew each epoch
  kShuffledOnce,  // the same each epoch, so that a limited number of batches shows a fair mixture
};

struct ClipLoaderOptions {
  vision::ClipInput input;
  std::uint64_t seed = 1;
  ClipOrder order = ClipOrder::kAsListed;
  bool augment = false;      // a random window, scale and flip; else uniform windows, fixed scale, no flip
  int windows = 1;           // without `augment`: windows spread over each clip, each a row with the clip's sample number
  int batch_size = 8;        // rows
  int workers = 0;           // decoding threads; 0: one per core
  int prefetch_batches = 4;  // batches decoded ahead; memory grows with it
  bool skip_broken = false;  // a clip that cannot be read is left out with a warning and counted
};

// What the recipe says for training, for validation during training, and for measuring (every window of every clip).
ClipLoaderOptions training_loader(const Recipe& recipe);
ClipLoaderOptions validation_loader(const Recipe& recipe);
ClipLoaderOptions eval_loader(const Recipe& recipe);

class ClipLoader : public BatchSource {
 public:
  // Errors: kInvalidArgument (options out of range; no clips).
  static core::Result<std::unique_ptr<ClipLoader>> create(ClipSet clips, ClipLoaderOptions options);
  ~ClipLoader() override;

  void start_epoch(std::int64_t epoch, std::int64_t first_batch = 0) override;
  core::Result<std::optional<Batch>> next() override;  // an error names the file and where it is listed
  std::int64_t batches_per_epoch() const override;
  std::int64_t samples() const override;  // clips

  const ClipSet& clips() const;
  std::int64_t skipped_rows() const;  // under skip_broken

 private:
  struct Impl;
  explicit ClipLoader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::learn
