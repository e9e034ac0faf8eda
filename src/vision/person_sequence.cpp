#include "vision/person_sequence.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace vigil::vision {
namespace {

using core::Box;
using core::KeyPoint;
using core::MediaDuration;
using core::MediaTime;

constexpr auto kLongestReach = MediaDuration::from_us(500'000);  // from a step to the frame that stands for it
constexpr float kSurePoint = 0.2F;
constexpr float kTorsoShare = 0.3F;  // of a person's height, where no pose says it

struct Point {
  float x = 0, y = 0;
};

Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
float length(Point p) { return std::hypot(p.x, p.y); }
Point middle_of(const Box& box) { return {box.center_x(), box.center_y()}; }
float nearness(float distance) { return 1 / (1 + distance); }

// A person at one step.
struct Moment {
  MediaTime time;
  Box box;
  bool seen = false;
  const core::Pose* pose = nullptr;
  Point middle;     // of the torso
  float torso = 1;  // its length, px
};

Moment moment_of(const core::TrackedPerson& person, MediaTime time) {
  Moment moment{.time = time,
                .box = person.track.box,
                .seen = person.track.detection.has_value(),
                .pose = person.pose ? &*person.pose : nullptr,
                .middle = middle_of(person.track.box)};
  moment.torso = std::max(kTorsoShare * moment.box.height, 1.0F);
  if (!moment.pose) return moment;
  const auto between = [&](KeyPoint left, KeyPoint right) -> std::optional<Point> {
    const core::PosePoint& a = (*moment.pose)[left];
    const core::PosePoint& b = (*moment.pose)[right];
    if (a.score < kSurePoint || b.score < kSurePoint) return std::nullopt;
    return Point{(a.x + b.x) / 2, (a.y + b.y) / 2};
  };
  const auto shoulders = between(KeyPoint::kLeftShoulder, KeyPoint::kRightShoulder);
  const auto hips = between(KeyPoint::kLeftHip, KeyPoint::kRightHip);
  if (shoulders && hips) {
    moment.middle = {(shoulders->x + hips->x) / 2, (shoulders->y + hips->y) / 2};
    // Seen from above a torso is short; never as short as to blow everything else up.
    moment.torso = std::max(length(*shoulders - *hips), moment.torso / 2);
  }
  return moment;
}

class StepWriter {
 public:
  explicit StepWriter(PersonStep& step) : step_(step) {}
  void add(float value, float limit = 4) {
    step_.values[size_++] = std::isfinite(value) ? std::clamp(value, -limit, limit) : 0.0F;
  }
  void skip(int count) { size_ += static_cast<std::size_t>(count); }

 private:
  PersonStep& step_;
  std::size_t size_ = 0;
};

void add_posture(const Moment& now, StepWriter& out) {
  if (!now.pose) return out.skip(PersonStep::kPosture);
  for (const core::PosePoint& point : now.pose->points) {
    out.add((point.x - now.middle.x) / now.torso);
    out.add((point.y - now.middle.y) / now.torso);
    out.add(point.score, 1);
  }
}

void add_limb_speed(const Moment& now, const Moment* before, StepWriter& out) {
  if (!now.pose || !before || !before->pose) return out.skip(PersonStep::kLimbSpeed);
  const auto seconds = static_cast<float>((now.time - before->time).seconds());
  const Point moved = now.middle - before->middle;
  for (std::size_t i = 0; i < now.pose->points.size(); ++i) {
    const core::PosePoint& a = before->pose->points[i];
    const core::PosePoint& b = now.pose->points[i];
    const float sure = std::min(a.score, b.score);
    const float scale = sure / (8 * now.torso * seconds);
    out.add((b.x - a.x - moved.x) * scale, 1);
    out.add((b.y - a.y - moved.y) * scale, 1);
  }
}

void add_body(const Moment& now, const Moment* before, StepWriter& out) {
  Point speed;
  float growth = 0;
  if (before) {
    const auto seconds = static_cast<float>((now.time - before->time).seconds());
    const Point way = middle_of(now.box) - middle_of(before->box);
    speed = {way.x / (now.box.height * seconds), way.y / (now.box.height * seconds)};
    growth = std::log(now.box.height / std::max(before->box.height, 1.0F)) / seconds;
  }
  out.add(speed.x);
  out.add(speed.y);
  out.add(growth);
  out.add(now.box.width / now.box.height);
  out.add(now.seen ? 1 : 0);
  out.add(now.pose ? 1 : 0);
}

// How near the wrists of one come to the head and chest of the other, in heights of the first.
float reach(const Moment& from, const Moment& to) {
  if (!from.pose) return 0;
  const Point chest{to.box.center_x(), to.box.top + to.box.height / 4};
  float nearest = 0;
  for (const KeyPoint wrist : {KeyPoint::kLeftWrist, KeyPoint::kRightWrist}) {
    const core::PosePoint& point = (*from.pose)[wrist];
    if (point.score < kSurePoint) continue;
    nearest = std::max(nearest, nearness(length(Point{point.x, point.y} - chest) / from.box.height));
  }
  return nearest;
}

using Scene = std::map<std::int64_t, Moment>;  // who is there at one step

void add_nearest(std::int64_t id, const Scene& now, const Scene* before, StepWriter& out) {
  const Moment& self = now.at(id);
  const auto distance_to = [&](const Moment& other) {
    return length(middle_of(other.box) - middle_of(self.box)) / (0.5F * (self.box.height + other.box.height));
  };
  const Moment* nearest = nullptr;
  std::int64_t nearest_id = 0;
  for (const auto& [other_id, other] : now) {
    if (other_id == id || (nearest && distance_to(other) >= distance_to(*nearest))) continue;
    nearest = &other;
    nearest_id = other_id;
  }
  if (!nearest) return out.skip(PersonStep::kNearest);
  const Point way = middle_of(nearest->box) - middle_of(self.box);
  const float height = self.box.height;
  float approach = 0;
  float across = 0;
  if (before && before->contains(id) && before->contains(nearest_id)) {
    const Moment& self_before = before->at(id);
    const Moment& other_before = before->at(nearest_id);
    const auto seconds = static_cast<float>((self.time - self_before.time).seconds());
    const Point way_before = middle_of(other_before.box) - middle_of(self_before.box);
    const Point change{(way.x - way_before.x) / (height * seconds), (way.y - way_before.y) / (height * seconds)};
    const float far = std::max(length(way), 1.0F);
    approach = -(change.x * way.x + change.y * way.y) / far;
    across = std::abs(change.x * way.y - change.y * way.x) / far;
  }
  out.add(1);
  out.add(way.x / height);
  out.add(way.y / height);
  out.add(distance_to(*nearest));
  out.add(approach);
  out.add(across);
  out.add(core::iou(self.box, nearest->box));
  out.add(std::log(nearest->box.height / height), 2);
  out.add(reach(self, *nearest));
  out.add(reach(*nearest, self));
}

// The frame that stands for a step, if one lies near.
const core::FramePeople* frame_at(std::span<const core::FramePeople> frames, MediaTime time) {
  const auto distance = [&](const core::FramePeople& frame) {
    return frame.time < time ? time - frame.time : frame.time - time;
  };
  const auto nearest = std::ranges::min_element(frames, {}, distance);
  return nearest == frames.end() || distance(*nearest) > kLongestReach ? nullptr : &*nearest;
}

}  // namespace

std::vector<PersonSequence> person_sequences(std::span<const core::FramePeople> frames, MediaTime begin, int min_steps) {
  std::map<std::int64_t, PersonSequence> people;
  std::map<std::int64_t, int> present;
  Scene before;
  const core::FramePeople* shown_before = nullptr;
  for (int k = 0; k < kWindowFrames; ++k) {
    const core::FramePeople* shown = frame_at(frames, begin + kWindowInterval * k);
    if (!shown) continue;
    Scene now;
    for (const core::TrackedPerson& person : shown->people) {
      if (!person.track.box.empty() && person.track.box.finite())
        now.emplace(person.track.id, moment_of(person, shown->time));
    }
    // The same frame again has no speed.
    const bool moved_on = shown_before && shown->time > shown_before->time;
    for (const auto& [id, moment] : now) {
      PersonSequence& person = people[id];
      person.id = id;
      person.boxes[static_cast<std::size_t>(k)] = moment.box;
      ++present[id];
      const auto earlier = before.find(id);
      const Moment* previous = moved_on && earlier != before.end() ? &earlier->second : nullptr;
      StepWriter out(person.steps[static_cast<std::size_t>(k)]);
      add_posture(moment, out);
      add_limb_speed(moment, previous, out);
      add_body(moment, previous, out);
      add_nearest(id, now, moved_on ? &before : nullptr, out);
    }
    before = std::move(now);
    shown_before = shown;
  }
  std::vector<PersonSequence> enough;
  for (auto& [id, person] : people) {
    if (present[id] >= min_steps) enough.push_back(std::move(person));
  }
  return enough;
}

}  // namespace vigil::vision
