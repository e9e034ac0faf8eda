#include "vision/window_people.h"

#include <algorithm>

#include "nets/people_net.h"

namespace vigil::vision {
namespace {

static_assert(kWindowFrames == nets::kPersonSteps && PersonStep::kSize == nets::kPersonStepSize);

constexpr float kReach = 0.25F;  // of a person's height, to each side of the box: arms, and whom they touch

core::Box reached(const core::Box& box, float frame_width, float frame_height) {
  const float margin = kReach * box.height;
  const core::Box wide{.left = box.left - margin,
                       .top = box.top - margin / 2,
                       .width = box.width + 2 * margin,
                       .height = box.height + margin};
  core::Box inside = core::clipped(wide, frame_width, frame_height);
  // Somebody who left the picture altogether: its nearest sliver.
  if (inside.empty()) {
    inside = {.left = std::clamp(box.left, 0.0F, frame_width - 1),
              .top = std::clamp(box.top, 0.0F, frame_height - 1),
              .width = 1,
              .height = 1};
  }
  return {.left = inside.left / frame_width,
          .top = inside.top / frame_height,
          .width = inside.width / frame_width,
          .height = inside.height / frame_height};
}

// The nearest step at which the person was there.
const core::Box& box_near(const PersonSequence& person, int step) {
  for (int away = 0; away < kWindowFrames; ++away) {
    for (const int k : {step - away, step + away}) {
      if (k >= 0 && k < kWindowFrames && !person.boxes[static_cast<std::size_t>(k)].empty()) {
        return person.boxes[static_cast<std::size_t>(k)];
      }
    }
  }
  return person.boxes.front();
}

float mean_height(const WindowPerson& person) {
  float sum = 0;
  for (const core::Box& box : person.path) sum += box.height;
  return sum / static_cast<float>(person.path.size());
}

}  // namespace

WindowPeople::WindowPeople(std::span<const core::FramePeople> frames, core::MediaTime begin, int frame_width_px,
                           int frame_height_px) {
  for (PersonSequence& sequence : person_sequences(frames, begin)) {
    WindowPerson person{.sequence = std::move(sequence), .path = {}};
    for (int k = 0; k < kWindowFrames; ++k) {
      person.path[static_cast<std::size_t>(k)] =
          reached(box_near(person.sequence, k), static_cast<float>(frame_width_px), static_cast<float>(frame_height_px));
    }
    people_.push_back(std::move(person));
  }
}

std::vector<WindowPerson> WindowPeople::tallest(int count) const {
  std::vector<WindowPerson> out = people_;
  std::ranges::stable_sort(out, [](const auto& a, const auto& b) { return mean_height(a) > mean_height(b); });
  if (out.size() > static_cast<std::size_t>(count)) out.resize(static_cast<std::size_t>(count));
  return out;
}

WindowFeatures::RegionPath WindowPeople::region() const {
  WindowFeatures::RegionPath path;
  float left = people_.empty() ? 0 : 1;
  float top = left;
  float right = 1 - left;
  float bottom = right;
  for (const WindowPerson& person : people_) {
    for (const core::Box& box : person.path) {
      left = std::min(left, box.left);
      top = std::min(top, box.top);
      right = std::max(right, box.right());
      bottom = std::max(bottom, box.bottom());
    }
  }
  path.fill({.left = left, .top = top, .width = right - left, .height = bottom - top});
  return path;
}

torch::Tensor person_rows(const WindowPeople& all, const std::vector<WindowPerson>& people, const PictureWindow& window,
                          const WindowFeatures& features) {
  if (people.empty()) return torch::empty({0, nets::kPersonRow});
  const auto count = static_cast<std::int64_t>(people.size()) + 1;
  torch::Tensor rows = torch::zeros({count, nets::kPersonRow});
  rows[0][0] = nets::kEverybody;
  std::vector<WindowFeatures::RegionPath> paths = {all.region()};
  for (std::int64_t i = 1; i < count; ++i) {
    const WindowPerson& person = people[static_cast<std::size_t>(i - 1)];
    torch::Tensor row = rows[i];
    write_steps(person, row);
    paths.push_back(person.path);
  }
  rows.narrow(1, 1 + nets::kPersonSequence, nets::kPersonView).copy_(features.compute_regions(window, paths));
  return rows;
}

void write_steps(const WindowPerson& person, torch::Tensor& row) {
  auto* out = row.data_ptr<float>();
  *out++ = nets::kSomebody;
  for (const PersonStep& step : person.sequence.steps) out = std::ranges::copy(step.values, out).out;
}

}  // namespace vigil::vision
