// TrackletSource: the BatchSource of people's pictures, for training a network for looks: several pictures of each of
// several people, half of whom were seen together, framed and degraded a little differently each time.
//
//   auto source = TrackletSource::create(*tracklets, {.width_px = 64, .height_px = 128});
//   (*source)->start_epoch(0);
//   while (auto batch = *(*source)->next()) step(*batch);   // inputs [B, 3, height, width] RGB 0–255, labels [B]
//
// A row's label is its tracklet's place in the list. An epoch shows each tracklet once, in whole batches only. Every draw
// comes from (seed, epoch, tracklet): results do not depend on the number of workers. As BatchSource: one thread consumes.
#pragma once

#include <memory>
#include <vector>

#include "core/result.h"
#include "learn/batch_source.h"
#include "learn/tracklets.h"

namespace vigil::learn {

struct TrackletSourceOptions {
  int width_px = 64;  // that a picture is stretched to
  int height_px = 128;
  int people = 16;   // of a batch; at least 2
  int pictures = 4;  // of each; at least 2
  bool augment = true;
  std::uint64_t seed = 1;
  int workers = 0;  // decoding threads; 0: one per core
  int prefetch_batches = 4;
};

class TrackletSource : public BatchSource {
 public:
  // Errors: kInvalidArgument (options out of range; fewer tracklets than a batch holds).
  static core::Result<std::unique_ptr<TrackletSource>> create(std::vector<Tracklet> tracklets,
                                                              const TrackletSourceOptions& options);
  ~TrackletSource() override;

  void start_epoch(std::int64_t epoch, std::int64_t first_batch = 0) override;
  core::Result<std::optional<Batch>> next() override;  // an error names the file
  std::int64_t batches_per_epoch() const override;
  std::int64_t samples() const override;  // rows of an epoch

 private:
  struct Impl;
  explicit TrackletSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::learn
