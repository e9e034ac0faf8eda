// AppearanceGallery: what a person has looked like: the latest embeddings of a track, and how far another is from them.
//
//   AppearanceGallery gallery(100);
//   gallery.add(embedding);
//   const double d = gallery.distance(other);   // 0: looks the same, 1: nothing in common
//
// Embeddings of one gallery have one length; they are kept scaled to length 1, the newest in place of the oldest once the
// budget is full, so memory is bounded. One thread at a time.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace vigil::vision {

// A vector that a re-identification network gives for a person's picture: near for one person, far for two.
using Embedding = std::vector<float>;

// Scales the embedding to length 1. False, and nothing changed, when it has no direction (empty, all zero, not finite).
bool normalize(std::span<float> embedding);

class AppearanceGallery {
 public:
  // Requires at least 1.
  explicit AppearanceGallery(std::size_t budget);

  // Requires an embedding of length 1, with as many numbers as those before.
  void add(std::span<const float> embedding);

  // The least cosine distance to any that is kept, [0, 2]. Requires size() > 0 and an embedding as for add().
  double distance(std::span<const float> embedding) const;

  std::size_t size() const { return length_ == 0 ? 0 : values_.size() / length_; }

 private:
  std::size_t budget_;
  std::size_t length_ = 0;
  std::size_t oldest_ = 0;
  std::vector<float> values_;  // one after the other
};

}  // namespace vigil::vision
