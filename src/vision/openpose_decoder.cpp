#include "vision/openpose_decoder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>

#include "core/check.h"
#include "vision/heat_peaks.h"

namespace vigil::vision {
namespace {

enum Part : std::uint8_t {
  kNose,
  kNeck,
  kRightShoulder,
  kRightElbow,
  kRightWrist,
  kLeftShoulder,
  kLeftElbow,
  kLeftWrist,
  kRightHip,
  kRightKnee,
  kRightAnkle,
  kLeftHip,
  kLeftKnee,
  kLeftAnkle,
  kRightEye,
  kLeftEye,
  kRightEar,
  kLeftEar,
  kParts,
};

struct Limb {
  Part from;
  Part to;
};

// In the order of the planes.
constexpr std::array<Limb, 19> kLimbs = {{{kNeck, kRightHip},
                                          {kRightHip, kRightKnee},
                                          {kRightKnee, kRightAnkle},
                                          {kNeck, kLeftHip},
                                          {kLeftHip, kLeftKnee},
                                          {kLeftKnee, kLeftAnkle},
                                          {kNeck, kRightShoulder},
                                          {kRightShoulder, kRightElbow},
                                          {kRightElbow, kRightWrist},
                                          {kRightShoulder, kRightEar},
                                          {kNeck, kLeftShoulder},
                                          {kLeftShoulder, kLeftElbow},
                                          {kLeftElbow, kLeftWrist},
                                          {kLeftShoulder, kLeftEar},
                                          {kNeck, kNose},
                                          {kNose, kRightEye},
                                          {kNose, kLeftEye},
                                          {kRightEye, kRightEar},
                                          {kLeftEye, kLeftEar}}};

// In the order of core::KeyPoint.
constexpr std::array<Part, 17> kKeyPoints = {kNose,          kLeftEye,   kRightEye,   kLeftEar,   kRightEar,   kLeftShoulder,
                                             kRightShoulder, kLeftElbow, kRightElbow, kLeftWrist, kRightWrist, kLeftHip,
                                             kRightHip,      kLeftKnee,  kRightKnee,  kLeftAnkle, kRightAnkle};

constexpr int kPartPlanes = kParts + 1;
constexpr int kSamples = 10;     // along a limb
constexpr int kMostAgainst = 2;  // of them; with more that speak against it there is no limb
constexpr int kFewestParts = 3;  // of a person
constexpr float kDoubt = 4;      // a person's score is as if that many parts had been seen with a score of 0

struct Peak : HeatPeak {
  Part part = kNose;
};

// Part by part.
struct Peaks {
  std::vector<Peak> all;
  std::array<std::size_t, kParts + 1> begins{};  // of each part in `all`
};

struct Connection {
  std::size_t from = 0;  // in Peaks::all
  std::size_t to = 0;
  float score = 0;
};

Peaks find_peaks(const OpenPoseGrid& grid, const OpenPoseDecoderOptions& options) {
  const auto cells = static_cast<std::size_t>(grid.width) * static_cast<std::size_t>(grid.height);
  Peaks peaks;
  for (std::size_t part = 0; part < kParts; ++part) {
    const HeatMap map{.width = grid.width, .height = grid.height, .values = grid.parts.subspan(part * cells, cells)};
    for (const HeatPeak& peak :
         find_heat_peaks(map, {.threshold = options.part_threshold, .max_peaks = options.max_peaks})) {
      peaks.all.push_back({peak, static_cast<Part>(part)});
    }
    peaks.begins[part + 1] = peaks.all.size();
  }
  return peaks;
}

// The field of one kind of limb.
class LimbField {
 public:
  LimbField(const OpenPoseGrid& grid, std::size_t limb, float threshold)
      : width_(grid.width),
        height_(grid.height),
        threshold_(threshold),
        longest_(static_cast<float>(std::max(width_, height_)) / 2) {
    const auto cells = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
    x_ = grid.limbs.subspan(2 * limb * cells, cells);
    y_ = grid.limbs.subspan((2 * limb + 1) * cells, cells);
  }

  // The field's mean along the way from one peak to the other, less where that is longer than limbs are; 0: no limb.
  float along(const Peak& from, const Peak& to) const {
    const float dx = to.x - from.x;
    const float dy = to.y - from.y;
    const float length = std::hypot(dx, dy);
    if (!(length > 0)) return 0;
    float sum = 0;
    int against = 0;
    for (int i = 0; i < kSamples; ++i) {
      const float way = static_cast<float>(i) / (kSamples - 1);
      const float response = projected(from.x + way * dx, from.y + way * dy, dx / length, dy / length);
      if (response > threshold_) {
        sum += std::min(1.0F, response);
      } else if (++against > kMostAgainst) {
        return 0;
      }
    }
    return std::max(0.0F, sum / kSamples + std::min(0.0F, longest_ / length - 1));
  }

 private:
  // The field between four cells, along a direction.
  float projected(float x, float y, float along_x, float along_y) const {
    x = std::clamp(x, 0.0F, static_cast<float>(width_ - 1));
    y = std::clamp(y, 0.0F, static_cast<float>(height_ - 1));
    const int left = static_cast<int>(x);
    const int top = static_cast<int>(y);
    const int right = std::min(left + 1, width_ - 1);
    const int bottom = std::min(top + 1, height_ - 1);
    const float to_right = x - static_cast<float>(left);
    const float to_bottom = y - static_cast<float>(top);
    const auto at = [&](int row, int column) {
      const auto cell = static_cast<std::size_t>(row * width_ + column);
      return x_[cell] * along_x + y_[cell] * along_y;
    };
    const auto between = [](float a, float b, float way) { return a + way * (b - a); };
    return between(between(at(top, left), at(top, right), to_right), between(at(bottom, left), at(bottom, right), to_right),
                   to_bottom);
  }

  int width_;
  int height_;
  float threshold_;
  float longest_;
  std::span<const float> x_, y_;
};

// Peaks that belong together: a forest in which every peak knows one of its person's, and the root all about it.
class People {
 public:
  explicit People(const std::vector<Peak>& peaks) : parent_(peaks.size()), known_(peaks.size()) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    for (std::size_t i = 0; i < peaks.size(); ++i) {
      known_[i] = {.parts = 1U << peaks[i].part, .scores = peaks[i].score, .count = 1};
    }
  }

  struct Known {
    std::uint32_t parts = 0;  // a bit for each
    float scores = 0;         // of parts and limbs, summed
    int count = 0;
  };

  void join(const Connection& limb) {
    const std::size_t a = root_of(limb.from);
    const std::size_t b = root_of(limb.to);
    if (a != b) {
      if ((known_[a].parts & known_[b].parts) != 0) return;
      parent_[b] = a;
      known_[a].parts |= known_[b].parts;
      known_[a].scores += known_[b].scores;
      known_[a].count += known_[b].count;
    }
    known_[a].scores += limb.score;
    ++known_[a].count;
  }

  std::size_t root_of(std::size_t peak) {
    while (parent_[peak] != peak) peak = parent_[peak] = parent_[parent_[peak]];
    return peak;
  }

  const Known& known(std::size_t root) const { return known_[root]; }

 private:
  std::vector<std::size_t> parent_;
  std::vector<Known> known_;
};

// Of one kind of limb: the surest first, each peak once.
void connect(std::vector<Connection>& candidates, std::vector<Connection>& taken, std::vector<bool>& used) {
  std::ranges::stable_sort(candidates, std::greater<>(), &Connection::score);
  for (const Connection& candidate : candidates) {
    if (used[candidate.from] || used[candidate.to]) continue;
    used[candidate.from] = used[candidate.to] = true;
    taken.push_back(candidate);
  }
}

std::vector<Connection> find_limbs(const OpenPoseGrid& grid, float threshold, const Peaks& peaks) {
  std::vector<Connection> taken, candidates;
  std::vector<bool> used;
  for (std::size_t limb = 0; limb < kLimbs.size(); ++limb) {
    const LimbField field(grid, limb, threshold);
    const auto [from_part, to_part] = kLimbs[limb];
    candidates.clear();
    for (std::size_t from = peaks.begins[from_part]; from < peaks.begins[from_part + 1U]; ++from) {
      for (std::size_t to = peaks.begins[to_part]; to < peaks.begins[to_part + 1U]; ++to) {
        const float score = field.along(peaks.all[from], peaks.all[to]);
        if (score > 0) candidates.push_back({.from = from, .to = to, .score = score});
      }
    }
    used.assign(peaks.all.size(), false);
    connect(candidates, taken, used);
  }
  std::ranges::stable_sort(taken, std::greater<>(), &Connection::score);
  return taken;
}

using Body = std::array<const Peak*, kParts>;  // null: not found

DecodedPerson person_of(const Body& body, float score) {
  float left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
  for (const Peak* peak : body) {
    if (!peak) continue;
    left = std::min(left, peak->x);
    top = std::min(top, peak->y);
    right = std::max(right, peak->x + 1);
    bottom = std::max(bottom, peak->y + 1);
  }
  DecodedPerson person{
      .box = {.left = left, .top = top, .width = right - left, .height = bottom - top}, .score = score, .pose = {}};
  for (std::size_t i = 0; i < kKeyPoints.size(); ++i) {
    const Peak* peak = body[kKeyPoints[i]];
    person.pose.points[i] = peak ? core::PosePoint{.x = peak->x + 0.5F, .y = peak->y + 0.5F, .score = peak->score}
                                 : core::PosePoint{.x = person.box.center_x(), .y = person.box.center_y(), .score = 0};
  }
  person.pose.score = score;
  return person;
}

}  // namespace

std::vector<DecodedPerson> decode_openpose(const OpenPoseGrid& grid, const OpenPoseDecoderOptions& options) {
  const auto cells = static_cast<std::size_t>(grid.width) * static_cast<std::size_t>(grid.height);
  VIGIL_CHECK(grid.parts.size() == kPartPlanes * cells && grid.limbs.size() == 2 * kLimbs.size() * cells,
              "maps of one size");
  const Peaks found = find_peaks(grid, options);
  const std::vector<Peak>& peaks = found.all;
  People people(peaks);
  for (const Connection& limb : find_limbs(grid, options.limb_threshold, found)) people.join(limb);

  std::vector<Body> bodies(peaks.size());
  for (std::size_t i = 0; i < peaks.size(); ++i) bodies[people.root_of(i)][peaks[i].part] = &peaks[i];
  std::vector<DecodedPerson> out;
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    const People::Known& known = people.known(i);
    const float score = known.scores / (static_cast<float>(known.count) + kDoubt);
    if (people.root_of(i) != i || std::popcount(known.parts) < kFewestParts || score < options.score_threshold) continue;
    out.push_back(person_of(bodies[i], score));
  }
  std::ranges::stable_sort(out, std::greater<>(), &DecodedPerson::score);
  out.resize(std::min(out.size(), static_cast<std::size_t>(options.max_people)));
  return out;
}

}  // namespace vigil::vision
