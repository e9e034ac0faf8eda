// WindowPeople: the people of one window, and where they are in its pictures; PersonRows: what networks are shown of them.
//
//   const WindowPeople people(frames, window_begin, frame_width_px, frame_height_px);
//   const auto judged = people.tallest(8);
//   torch::Tensor rows = person_rows(people, judged, pictures, features);   // everybody's row, then one for each
//   for (…) say(judged[i].sequence.id, net.person_logits(rows)[i + 1]);
//
// Training and serving go through the same functions. Plain values.
#pragma once

#include <span>
#include <vector>

#include <torch/types.h>

#include "core/people.h"
#include "vision/person_sequence.h"
#include "vision/window_features.h"

namespace vigil::vision {

struct WindowPerson {
  PersonSequence sequence;
  WindowFeatures::RegionPath path;  // around the body and what it can reach, in shares of the picture
};

class WindowPeople {
 public:
  // `frames` rise in time, boxes in pixels of frames of that size (above 0).
  WindowPeople(std::span<const core::FramePeople> frames, core::MediaTime begin, int frame_width_px, int frame_height_px);

  // By id.
  const std::vector<WindowPerson>& all() const { return people_; }

  // At most `count` of them, the tallest on average first; of equals the one with the lower id.
  std::vector<WindowPerson> tallest(int count) const;

  // The smallest part of the picture that holds them all throughout; the whole picture where nobody is.
  WindowFeatures::RegionPath region() const;

 private:
  std::vector<WindowPerson> people_;
};

// [1 + people, nets::kPersonRow]: first everybody's row, of the part that holds all of them, then those of `people`.
// Nothing, [0, nets::kPersonRow], where nobody is. Requires a window of the latest features.compute().
torch::Tensor person_rows(const WindowPeople& all, const std::vector<WindowPerson>& people, const PictureWindow& window,
                          const WindowFeatures& features);

// What the rows of all networks begin with: that it is somebody, and their steps. row: [1 + nets::kPersonSequence or more]
// float32, contiguous.
void write_steps(const WindowPerson& person, torch::Tensor& row);

}  // namespace vigil::vision
