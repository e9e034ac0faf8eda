#include "learn/box_labels.h"

#include <algorithm>

namespace vigil::learn {

void write_box_labels(std::span<const TruthBox> boxes, std::span<float> row) {
  std::vector<TruthBox> kept(boxes.begin(), boxes.end());
  if (kept.size() > kMaxBoxLabels) {
    std::ranges::stable_sort(kept, std::ranges::greater{}, [](const TruthBox& each) { return each.box.area(); });
    kept.resize(kMaxBoxLabels);
  }
  float* value = row.data();
  for (const auto& [box, kind, weight] : kept) {
    for (const float number : {box.left, box.top, box.width, box.height, weight, static_cast<float>(kind)})
      *value++ = number;
  }
}

std::vector<TruthBox> read_box_labels(std::span<const float> row) {
  std::vector<TruthBox> boxes;
  for (; row.size() >= kBoxLabelValues && row[4] > 0; row = row.subspan(kBoxLabelValues)) {
    boxes.push_back({.box = {.left = row[0], .top = row[1], .width = row[2], .height = row[3]},
                     .kind = static_cast<TruthKind>(static_cast<int>(row[5])),
                     .weight = row[4]});
  }
  return boxes;
}

}  // namespace vigil::learn
