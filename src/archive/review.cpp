#include "archive/review.h"

#include <array>
#include <cstddef>

namespace vigil::archive {
namespace {

constexpr std::array<std::string_view, 3> kReviews = {"new", "kept", "dismissed"};

}  // namespace

std::string_view to_string(Review review) { return kReviews[static_cast<std::size_t>(review)]; }

Review review_of(std::string_view text) {
  for (std::size_t i = 0; i < kReviews.size(); ++i) {
    if (kReviews[i] == text) return static_cast<Review>(i);
  }
  return Review::kNew;
}

}  // namespace vigil::archive
