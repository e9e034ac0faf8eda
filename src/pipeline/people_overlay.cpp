#include "pipeline/people_overlay.h"

#include <algorithm>
#include <array>
#include <format>
#include <tuple>
#include <utility>

namespace vigil::pipeline {
namespace {

using core::KeyPoint;
using core::MediaDuration;
using core::MediaTime;

constexpr auto kTrail = MediaDuration::from_us(2'000'000);
constexpr auto kLongestStep = MediaDuration::from_us(1'500'000);  // further apart, nothing is drawn in between
constexpr float kSureKeyPoint = 0.2F;

constexpr std::array<std::pair<KeyPoint, KeyPoint>, 16> kLimbs = {{{KeyPoint::kLeftShoulder, KeyPoint::kRightShoulder},
                                                                   {KeyPoint::kLeftShoulder, KeyPoint::kLeftElbow},
                                                                   {KeyPoint::kLeftElbow, KeyPoint::kLeftWrist},
                                                                   {KeyPoint::kRightShoulder, KeyPoint::kRightElbow},
                                                                   {KeyPoint::kRightElbow, KeyPoint::kRightWrist},
                                                                   {KeyPoint::kLeftShoulder, KeyPoint::kLeftHip},
                                                                   {KeyPoint::kRightShoulder, KeyPoint::kRightHip},
                                                                   {KeyPoint::kLeftHip, KeyPoint::kRightHip},
                                                                   {KeyPoint::kLeftHip, KeyPoint::kLeftKnee},
                                                                   {KeyPoint::kLeftKnee, KeyPoint::kLeftAnkle},
                                                                   {KeyPoint::kRightHip, KeyPoint::kRightKnee},
                                                                   {KeyPoint::kRightKnee, KeyPoint::kRightAnkle},
                                                                   {KeyPoint::kNose, KeyPoint::kLeftEye},
                                                                   {KeyPoint::kNose, KeyPoint::kRightEye},
                                                                   {KeyPoint::kLeftEye, KeyPoint::kLeftEar},
                                                                   {KeyPoint::kRightEye, KeyPoint::kRightEar}}};

float mix(float from, float to, float share) { return from + (to - from) * share; }

core::Box mix(const core::Box& from, const core::Box& to, float share) {
  return {.left = mix(from.left, to.left, share),
          .top = mix(from.top, to.top, share),
          .width = mix(from.width, to.width, share),
          .height = mix(from.height, to.height, share)};
}

core::Pose mix(const core::Pose& from, const core::Pose& to, float share) {
  core::Pose pose = from;
  for (std::size_t i = 0; i < pose.points.size(); ++i) {
    core::PosePoint& point = pose.points[i];
    const core::PosePoint& later = to.points[i];
    point = {
        .x = mix(point.x, later.x, share), .y = mix(point.y, later.y, share), .score = std::min(point.score, later.score)};
  }
  return pose;
}

// Red who is violent, green who is not; who was not judged has the colour of their number.
std::optional<media::Tone> tone_of(const core::TrackedPerson& person) {
  if (!person.violence) return std::nullopt;
  return person.violent ? media::Tone::kAlert : media::Tone::kGood;
}

std::string label_of(const core::TrackedPerson& person) {
  return person.violent ? std::format("{} violent {:.2f}", person.track.id, *person.violence)
                        : std::format("{}", person.track.id);
}

}  // namespace

PeopleOverlay::PeopleOverlay(PeopleReader reader, double scale)
    : reader_(std::move(reader)), scale_(static_cast<float>(scale)), next_(reader_.next()) {}

void PeopleOverlay::advance(MediaTime time) {
  while (next_ && next_->time <= time) {
    shown_ = std::exchange(next_, reader_.next());
    for (const core::TrackedPerson& person : shown_->people) {
      const core::Box& box = person.track.box;
      trails_[person.track.id].push_back({.time = shown_->time, .feet = {box.center_x() * scale_, box.bottom() * scale_}});
    }
  }
  for (auto& [id, trail] : trails_) {
    while (!trail.empty() && time - trail.front().time > kTrail) trail.pop_front();
  }
  std::erase_if(trails_, [](const auto& entry) { return entry.second.empty(); });
}

void PeopleOverlay::draw(MediaTime time, media::Annotation& annotation) {
  advance(time);
  draw_trails(annotation);
  if (!shown_ || time - shown_->time > kLongestStep) return;
  for (core::TrackedPerson person : shown_->people) {
    if (next_ && time > shown_->time && next_->time - shown_->time <= kLongestStep) {
      const auto later = std::ranges::find(next_->people, person.track.id, [](const auto& p) { return p.track.id; });
      if (later != next_->people.end()) {
        const auto share = static_cast<float>((time - shown_->time).seconds() / (next_->time - shown_->time).seconds());
        person.track.box = mix(person.track.box, later->track.box, share);
        if (person.pose && later->pose) person.pose = mix(*person.pose, *later->pose, share);
      }
    }
    draw_person(person, annotation);
  }
}

void PeopleOverlay::draw_person(const core::TrackedPerson& person, media::Annotation& annotation) const {
  const core::Box& box = person.track.box;
  annotation.boxes.push_back({.box = {.left = box.left * scale_,
                                      .top = box.top * scale_,
                                      .width = box.width * scale_,
                                      .height = box.height * scale_},
                              .text = label_of(person),
                              .color = person.track.id,
                              .tone = tone_of(person),
                              .faint = !person.track.detection});
  if (!person.pose) return;
  for (const auto& [from, to] : kLimbs) {
    const core::PosePoint& a = (*person.pose)[from];
    const core::PosePoint& b = (*person.pose)[to];
    if (a.score < kSureKeyPoint || b.score < kSureKeyPoint) continue;
    annotation.lines.push_back(
        {.points = {{a.x * scale_, a.y * scale_}, {b.x * scale_, b.y * scale_}}, .color = person.track.id});
  }
}

void PeopleOverlay::draw_trails(media::Annotation& annotation) const {
  for (const auto& [id, trail] : trails_) {
    // Older halves fade.
    const std::size_t half = trail.size() / 2;
    for (const auto& [begin, end, opacity] :
         {std::tuple(std::size_t{0}, half + 1, 0.35), std::tuple(half, trail.size(), 0.7)}) {
      media::LineMark line{.points = {}, .color = id, .opacity = opacity};
      for (std::size_t i = begin; i < std::min(end, trail.size()); ++i) line.points.push_back(trail[i].feet);
      if (line.points.size() > 1) annotation.lines.push_back(std::move(line));
    }
  }
}

}  // namespace vigil::pipeline
