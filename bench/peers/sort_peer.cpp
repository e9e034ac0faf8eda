// SORT (Bewley et al. 2016), written from the paper with the constants that its authors published, to be measured beside
// our tracker: sort_peer DETECTIONS RESULT [--max-age FRAMES]; both files as the MOT Challenge has them.
//
// bench/tracking.sh compares the two.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "core/atomic_file.h"
#include "learn/mot_file.h"
#include "vision/assignment.h"

namespace {

using namespace vigil;

constexpr double kMinIou = 0.3;
constexpr int kMinHits = 3;

// A value that is measured each frame, with a speed where it has one. SORT's noise couples no two of its four values, so its
// filter of seven dimensions is four of these.
struct Value {
  double place;
  double speed_noise;  // below 0: has no speed
  double seen_variance;
  double speed = 0;
  double place_variance = 10;
  double covariance = 0;
  double speed_variance = speed_noise < 0 ? 0 : 1e4;

  void predict() {
    place += speed;
    place_variance += 2 * covariance + speed_variance + 1;
    covariance += speed_variance;
    speed_variance += std::max(speed_noise, 0.0);
  }

  void update(double seen) {
    const double total = place_variance + seen_variance;
    const double off = seen - place;
    place += place_variance / total * off;
    speed += covariance / total * off;
    speed_variance -= covariance * covariance / total;
    covariance *= seen_variance / total;
    place_variance *= seen_variance / total;
  }
};

std::array<double, 4> values_of(const core::Box& box) {
  return {box.center_x(), box.center_y(), box.area(), static_cast<double>(box.width) / box.height};
}

struct Person {
  std::int64_t id;
  std::array<Value, 4> values;  // centre, area, aspect
  int missed = 0;
  int hits = 0;

  Person(std::int64_t number, const core::Box& box) : id(number), values(begin(values_of(box))) {}

  static std::array<Value, 4> begin(const std::array<double, 4>& seen) {
    return {{{seen[0], 1e-2, 1}, {seen[1], 1e-2, 1}, {seen[2], 1e-4, 10}, {seen[3], -1, 10}}};
  }

  core::Box box() const {
    const double width = std::sqrt(std::max(values[2].place * values[3].place, 0.0));
    const double height = width > 0 ? values[2].place / width : 0;
    return {.left = static_cast<float>(values[0].place - width / 2),
            .top = static_cast<float>(values[1].place - height / 2),
            .width = static_cast<float>(width),
            .height = static_cast<float>(height)};
  }

  void predict() {
    if (values[2].place + values[2].speed <= 0) values[2].speed = 0;
    for (Value& value : values) value.predict();
    if (missed > 0) hits = 0;
    ++missed;
  }

  void update(const core::Box& seen) {
    const auto measured = values_of(seen);
    for (std::size_t i = 0; i < values.size(); ++i) values[i].update(measured[i]);
    missed = 0;
    ++hits;
  }
};

std::vector<learn::MotBox> follow(const std::vector<learn::MotBox>& detections, int max_age) {
  std::vector<learn::MotBox> result;
  std::vector<Person> people;
  std::int64_t next_id = 1;
  auto next = detections.begin();
  for (int frame = 1; next != detections.end(); ++frame) {
    std::vector<core::Box> seen;
    for (; next != detections.end() && next->frame == frame; ++next) seen.push_back(next->box);
    for (Person& person : people) person.predict();
    vision::CostMatrix costs(people.size(), seen.size());
    for (std::size_t row = 0; row < people.size(); ++row) {
      for (std::size_t column = 0; column < seen.size(); ++column)
        costs(row, column) = -core::iou(people[row].box(), seen[column]);
    }
    std::vector<char> taken(seen.size(), false);
    for (const auto [row, column] : vision::assign(costs)) {
      if (-costs(row, column) < kMinIou) continue;  // after the assignment, as SORT does
      people[row].update(seen[column]);
      taken[column] = true;
    }
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (!taken[i]) people.emplace_back(next_id++, seen[i]);
    }
    for (const Person& person : people) {
      if (person.missed > 0 || (person.hits < kMinHits && frame > kMinHits)) continue;
      result.push_back({.frame = frame, .id = person.id, .box = person.box()});
    }
    std::erase_if(people, [&](const Person& person) { return person.missed > max_age; });
  }
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: sort_peer DETECTIONS RESULT [--max-age FRAMES]\n", stderr);
    return 2;
  }
  const int max_age = argc > 4 && std::string(argv[3]) == "--max-age" ? std::stoi(argv[4]) : 1;
  const auto detections = learn::read_mot_file(argv[1], learn::MotFileKind::kDetections);
  if (!detections) {
    std::fprintf(stderr, "sort_peer: %s\n", detections.error().message.c_str());
    return 1;
  }
  const auto written = core::write_file_atomically(argv[2], learn::format_mot(follow(*detections, max_age)));
  if (!written) std::fprintf(stderr, "sort_peer: %s\n", written.error().message.c_str());
  return written ? 0 : 1;
}
