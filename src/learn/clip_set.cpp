#include "learn/clip_set.h"

#include <algorithm>
#include <numeric>

#include "core/check.h"

namespace vigil::learn {

ClipSet::ClipSet(std::vector<ClipItem> items) : indices_(items.size()) {
  items_ = std::make_shared<const std::vector<ClipItem>>(std::move(items));
  std::iota(indices_.begin(), indices_.end(), std::size_t{0});
}

const ClipItem& ClipSet::get(std::size_t index) const {
  VIGIL_CHECK(index < size(), "index of a clip");
  return (*items_)[indices_[index]];
}

std::size_t ClipSet::count_of(int label) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(indices_, [&](std::size_t index) { return (*items_)[index].label == label; }));
}

ClipSet ClipSet::subset(std::span<const std::size_t> indices) const {
  ClipSet view;
  view.items_ = items_;
  for (const std::size_t index : indices) {
    VIGIL_CHECK(index < size(), "index of a clip in a subset");
    view.indices_.push_back(indices_[index]);
  }
  return view;
}

ClipSet ClipSet::repeat(int times) const {
  VIGIL_CHECK(times >= 0, "times to repeat");
  ClipSet view;
  view.items_ = items_;
  for (int i = 0; i < times; ++i) view.indices_.insert(view.indices_.end(), indices_.begin(), indices_.end());
  return view;
}

ClipSet concatenate(const ClipSet& a, const ClipSet& b) {
  std::vector<ClipItem> items;
  for (const ClipSet* set : {&a, &b}) {
    for (std::size_t i = 0; i < set->size(); ++i) items.push_back(set->get(i));
  }
  return ClipSet(std::move(items));
}

}  // namespace vigil::learn
