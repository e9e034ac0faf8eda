#include "drawn_people.h"

#include <algorithm>

namespace vigil::test {
namespace {

constexpr float kSpread = 0.875F;  // cells: as the published network was trained
constexpr float kLimbWidth = 1;    // cells to each side

// Which parts the published network's limbs connect, by the number of the field.
constexpr std::array<std::array<std::size_t, 2>, 19> kLimbs = {{{1, 8},
                                                                {8, 9},
                                                                {9, 10},
                                                                {1, 11},
                                                                {11, 12},
                                                                {12, 13},
                                                                {1, 2},
                                                                {2, 3},
                                                                {3, 4},
                                                                {2, 16},
                                                                {1, 5},
                                                                {5, 6},
                                                                {6, 7},
                                                                {5, 17},
                                                                {1, 0},
                                                                {0, 14},
                                                                {0, 15},
                                                                {14, 16},
                                                                {15, 17}}};

}  // namespace

Skeleton standing(float x, float y, float height) {
  constexpr std::array<Point, 18> kForm = {{{0, 0.08F},
                                            {0, 0.2F},
                                            {-0.11F, 0.2F},
                                            {-0.16F, 0.35F},
                                            {-0.18F, 0.5F},
                                            {0.11F, 0.2F},
                                            {0.16F, 0.35F},
                                            {0.18F, 0.5F},
                                            {-0.07F, 0.52F},
                                            {-0.08F, 0.74F},
                                            {-0.08F, 0.96F},
                                            {0.07F, 0.52F},
                                            {0.08F, 0.74F},
                                            {0.08F, 0.96F},
                                            {-0.025F, 0.06F},
                                            {0.025F, 0.06F},
                                            {-0.05F, 0.07F},
                                            {0.05F, 0.07F}}};
  Skeleton person;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    person.parts[i] = {.x = x + kForm[i].x * height, .y = y + kForm[i].y * height};
  }
  return person;
}

template <typename Visit>
void Drawing::each_cell(const Visit& visit) const {
  for (int y = 0; y < height_; ++y) {
    for (int x = 0; x < width_; ++x) {
      visit(static_cast<std::size_t>(y * width_ + x), static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F);
    }
  }
}

Drawing& Drawing::add(const Skeleton& person) {
  people_.push_back(person);
  for (std::size_t part = 0; part < person.parts.size(); ++part) draw_part(part, person.parts[part]);
  for (std::size_t limb = 0; limb < kLimbs.size(); ++limb) draw_limb(limb);
  return *this;
}

void Drawing::draw_part(std::size_t part, const Point& point) {
  if (std::isnan(point.x)) return;
  each_cell([&](std::size_t cell, float x, float y) {
    const float squared = (x - point.x) * (x - point.x) + (y - point.y) * (y - point.y);
    float& value = parts_[part * cells() + cell];
    value = std::max(value, std::exp(-squared / (2 * kSpread * kSpread)));
  });
}

// Of all people anew.
void Drawing::draw_limb(std::size_t limb) {
  std::vector<int> count(cells());
  float* along_x = limbs_.data() + 2 * limb * cells();
  float* along_y = along_x + cells();
  std::fill(along_x, along_x + 2 * cells(), 0.0F);
  for (const Skeleton& person : people_) {
    const Point from = person.parts[kLimbs[limb][0]];
    const Point to = person.parts[kLimbs[limb][1]];
    const float length = std::hypot(to.x - from.x, to.y - from.y);
    if (!(length > 0)) continue;
    const float ux = (to.x - from.x) / length;
    const float uy = (to.y - from.y) / length;
    each_cell([&](std::size_t cell, float x, float y) {
      const float way = (x - from.x) * ux + (y - from.y) * uy;
      const float aside = (x - from.x) * uy - (y - from.y) * ux;
      if (way < -kLimbWidth || way > length + kLimbWidth || std::abs(aside) > kLimbWidth) return;
      along_x[cell] += ux;
      along_y[cell] += uy;
      ++count[cell];
    });
  }
  for (std::size_t cell = 0; cell < cells(); ++cell) {
    if (count[cell] == 0) continue;
    along_x[cell] /= static_cast<float>(count[cell]);
    along_y[cell] /= static_cast<float>(count[cell]);
  }
}

}  // namespace vigil::test
