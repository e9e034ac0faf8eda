// PictureSource: the BatchSource of labelled pictures, for training a detector: decodes, places and degrades them on several
// threads.
//
//   auto source = PictureSource::create(*pictures, {.side_px = 416, .batch_size = 8});
//   (*source)->start_epoch(0);
//   while (auto batch = *(*source)->next()) step(*batch);   // inputs [B, 3, side, side] BGR 0–255
//
// Labels are those of learn/box_labels.h. Every draw comes from (seed, epoch, sample): results do not depend on the number
// of workers, and an epoch resumed in the middle goes on as if never left. As BatchSource: one thread consumes.
#pragma once

#include <limits>
#include <memory>
#include <vector>

#include "core/result.h"
#include "learn/batch_source.h"
#include "learn/coco_boxes.h"

namespace vigil::learn {

struct PictureSourceOptions {
  int side_px = 416;           // of the square shown; a multiple of 32
  double longer_min_px = 416;  // as PlacingOptions of learn/picture_placing.h
  double longer_max_px = 416;
  double mosaic_probability = 0;                                             // of four pictures in one
  bool augment = false;                                                      // mirror images and degradation
  std::int64_t plain_from_epoch = std::numeric_limits<std::int64_t>::max();  // from this epoch on there are no mosaics
  std::uint64_t seed = 1;
  int batch_size = 8;
  int workers = 0;  // decoding threads; 0: one per core
  int prefetch_batches = 4;
};

class PictureSource : public BatchSource {
 public:
  // Errors: kInvalidArgument (options out of range; no pictures).
  static core::Result<std::unique_ptr<PictureSource>> create(std::vector<CocoPicture> pictures,
                                                             const PictureSourceOptions& options);
  ~PictureSource() override;

  void start_epoch(std::int64_t epoch, std::int64_t first_batch = 0) override;
  core::Result<std::optional<Batch>> next() override;  // an error names the file
  std::int64_t batches_per_epoch() const override;
  std::int64_t samples() const override;

 private:
  struct Impl;
  explicit PictureSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::learn
