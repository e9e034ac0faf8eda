#include "vision/appearance_gallery.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"

namespace vigil::vision {
namespace {

// Eight sums side by side, so that the compiler can use vector registers without being allowed to reorder additions.
float dot(const float* a, const float* b, std::size_t length) {
  float sums[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= length; i += 8) {
    for (std::size_t k = 0; k < 8; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (; i < length; ++i) sums[0] += a[i] * b[i];
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

}  // namespace

bool normalize(std::span<float> embedding) {
  double sum = 0;
  for (const float value : embedding) sum += static_cast<double>(value) * value;
  if (!(sum > 0) || !std::isfinite(sum)) return false;
  const double scale = 1 / std::sqrt(sum);
  for (float& value : embedding) value = static_cast<float>(value * scale);
  return true;
}

AppearanceGallery::AppearanceGallery(std::size_t budget) : budget_(budget) {
  VIGIL_CHECK(budget >= 1, "a gallery holds at least one embedding");
}

void AppearanceGallery::add(std::span<const float> embedding) {
  VIGIL_CHECK(!embedding.empty() && (length_ == 0 || embedding.size() == length_), "embeddings of one length");
  length_ = embedding.size();
  if (size() < budget_) {
    values_.insert(values_.end(), embedding.begin(), embedding.end());
    return;
  }
  std::ranges::copy(embedding, values_.begin() + static_cast<std::ptrdiff_t>(oldest_ * length_));
  oldest_ = (oldest_ + 1) % budget_;
}

double AppearanceGallery::distance(std::span<const float> embedding) const {
  VIGIL_CHECK(size() > 0 && embedding.size() == length_, "an embedding as long as those in the gallery");
  float nearest = -1;
  for (std::size_t i = 0; i < values_.size(); i += length_) {
    nearest = std::max(nearest, dot(values_.data() + i, embedding.data(), length_));
  }
  return std::clamp(1 - static_cast<double>(nearest), 0.0, 2.0);
}

}  // namespace vigil::vision
