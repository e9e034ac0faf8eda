#include "vision/input_batch.h"

#include <algorithm>

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include "core/check.h"

namespace vigil::vision {
namespace {

constexpr std::size_t kBands = 16;
constexpr std::int64_t kChannels = 3;

}  // namespace

InputBatch::InputBatch(const LetterboxOptions& largest, const nn::FreezeOptions& how)
    : largest_(largest), how_(how), bands_(kBands, Letterbox(largest)) {}

InputBatch::Filled InputBatch::fill(std::span<const FramePart> parts) {
  VIGIL_CHECK(!parts.empty(), "parts to fill");
  const InputSize most{.width_px = largest_.width_px, .height_px = largest_.height_px};
  const InputSize size = fitted_input(parts.front().part, most);
  std::size_t count = 1;
  while (count < std::min(parts.size(), kMaxParts) && fitted_input(parts[count].part, most) == size) ++count;
  if (size != size_) {
    bands_.assign(kBands, Letterbox({.width_px = size.width_px, .height_px = size.height_px, .order = largest_.order}));
    size_ = size;
    pixels_.reset();
  }
  const auto rows = static_cast<std::int64_t>(count);
  if (!pixels_.defined() || pixels_.size(0) < rows) {
    const auto type = how_.dtype == torch::kFloat32 ? torch::kFloat32 : torch::kBFloat16;
    pixels_ = torch::empty({rows, size.height_px, size.width_px, kChannels}, type);
  }
  at::parallel_for(0, static_cast<std::int64_t>(kBands), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t band = begin; band < end; ++band) fill_band(static_cast<std::size_t>(band), parts.first(count));
  });
  return {.pixels = pixels_.narrow(0, 0, rows).permute({0, 3, 1, 2}).to(how_.device), .parts = count};
}

void InputBatch::fill_band(std::size_t band, std::span<const FramePart> parts) {
  const auto row = [&](std::size_t which) {
    return static_cast<int>(static_cast<std::size_t>(size_.height_px) * which / kBands);
  };
  const RowBand rows{.begin = row(band), .end = row(band + 1)};
  const std::size_t values =
      static_cast<std::size_t>(size_.width_px) * static_cast<std::size_t>(size_.height_px) * kChannels;
  const auto fill_all = [&](auto* out) {
    for (std::size_t n = 0; n < parts.size(); ++n) {
      bands_[band].fill(*parts[n].frame, parts[n].part, rows, std::span(out + n * values, values));
    }
  };
  if (pixels_.scalar_type() == torch::kFloat32) {
    fill_all(pixels_.data_ptr<float>());
  } else {
    fill_all(reinterpret_cast<Bf16*>(pixels_.data_ptr<at::BFloat16>()));
  }
}

}  // namespace vigil::vision
