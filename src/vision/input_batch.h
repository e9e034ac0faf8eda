// InputBatch: parts of frames as the batch of letter-boxed pictures that a network is shown.
//
//   InputBatch input({.width_px = 416, .height_px = 416}, freeze_options);
//   while (!parts.empty()) {
//     const InputBatch::Filled batch = input.fill(parts);      // the first few of them
//     decode(net->forward(batch.pixels), parts.first(batch.parts), input);
//     parts = parts.subspan(batch.parts);
//   }
//
// The input is cut to what the picture needs: a wide frame does not pay for the grey that would make it square. So parts of
// one shape go together, and a part's input does not depend on its neighbours. Filled in a fixed number of bands, at the
// same time; the values do not depend on the number of threads. One thread at a time.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <torch/types.h>

#include "nn/frozen_conv.h"
#include "vision/frame_part.h"
#include "vision/letterbox.h"

namespace vigil::vision {

class InputBatch {
 public:
  static constexpr std::size_t kMaxParts = 8;  // at once; bounds memory

  struct Filled {
    torch::Tensor pixels;   // [parts, 3, height, width], channels last, 0–255, on `how.device`; until the next fill()
    std::size_t parts = 0;  // how many of the given ones, from the first
  };

  // `largest`: no input is larger. float32 where the network computes in that, else bf16.
  InputBatch(const LetterboxOptions& largest, const nn::FreezeOptions& how);

  // Requires parts that passed Letterbox::check, and at least one.
  Filled fill(std::span<const FramePart> parts);

  // How input pixels lie in the frame, of parts of the latest fill().
  const Letterbox& letterbox() const { return bands_.front(); }

 private:
  void fill_band(std::size_t band, std::span<const FramePart> parts);

  LetterboxOptions largest_;
  nn::FreezeOptions how_;
  InputSize size_;                // of the latest fill
  std::vector<Letterbox> bands_;  // one per band of rows, each with its own buffers
  torch::Tensor pixels_;          // [up to kMaxParts, height, width, 3]
};

}  // namespace vigil::vision
