#include "behavior/motion_smoother.h"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <span>

#include "core/check.h"

namespace vigil::behavior {
namespace {

using core::MediaDuration;
using core::MediaTime;

constexpr MediaDuration kFeetReach = MediaDuration::from_us(250'000);
constexpr MediaDuration kSpeedReach = MediaDuration::from_us(500'000);
constexpr MediaDuration kHeightReach = MediaDuration::from_us(3'000'000);
constexpr MediaDuration kLongestFrame = MediaDuration::from_us(1'000'000);
constexpr double kHeightOfWidth = 2;

double median(std::vector<double>& values) {
  const auto upper = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, upper);
  if (values.size() % 2 == 1) return *upper;
  return (*upper + *std::ranges::max_element(values.begin(), upper)) / 2;
}

double upper_quartile(std::vector<double>& values) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 3 / 4);
  std::ranges::nth_element(values, place);
  return *place;
}

// The samples in [from, to].
template <typename Samples>
auto between(const Samples& samples, MediaTime from, MediaTime to) {
  using Sample = Samples::value_type;
  return std::ranges::subrange(std::ranges::lower_bound(samples, from, {}, &Sample::time),
                               std::ranges::upper_bound(samples, to, {}, &Sample::time));
}

template <typename Samples, typename Field>
std::vector<double> values_of(const Samples& samples, Field field) {
  std::vector<double> values;
  for (const auto& sample : samples) values.push_back(sample.*field);
  return values;
}

// How much `field` grows a second, from the first half of the samples to the last.
template <typename Samples, typename Field>
double rate(const Samples& samples, Field field) {
  const auto half = static_cast<std::ptrdiff_t>(samples.size() / 2);
  const auto early = std::ranges::subrange(samples.begin(), samples.begin() + half);
  const auto late = std::ranges::subrange(samples.end() - half, samples.end());
  double apart = 0;
  for (std::ptrdiff_t i = 0; i < half; ++i) apart += (late[i].time - early[i].time).seconds();
  auto before = values_of(early, field);
  auto after = values_of(late, field);
  return (median(after) - median(before)) / (apart / static_cast<double>(half));
}

}  // namespace

std::vector<FrameMotion> MotionSmoother::push(const core::FramePeople& frame) {
  VIGIL_CHECK(!latest_ || frame.time > *latest_, "frames rise in time");
  if (latest_) interval_ = frame.time - *latest_;
  latest_ = frame.time;
  Frame& waiting = frames_.emplace_back(Frame{.time = frame.time, .people = {}});
  for (const core::TrackedPerson& person : frame.people) {
    const core::Track& track = person.track;
    const bool believed = track.state == core::TrackState::kConfirmed || track.state == core::TrackState::kLost;
    if (!believed || track.box.empty() || !track.box.finite()) continue;
    waiting.people.push_back({.id = track.id, .score = std::clamp(static_cast<double>(track.score), 0.0, 1.0)});
    samples_[track.id].push_back({.time = frame.time,
                                  .x = track.box.center_x(),
                                  .feet_y = track.box.bottom(),
                                  .middle_y = track.box.center_y(),
                                  .height = std::max<double>(track.box.height, kHeightOfWidth * track.box.width)});
  }
  std::vector<FrameMotion> out;
  while (frame.time > frames_.front().time + kSpeedReach) out.push_back(take_oldest());
  return out;
}

std::vector<FrameMotion> MotionSmoother::finish() {
  std::vector<FrameMotion> out;
  while (!frames_.empty()) out.push_back(take_oldest());
  return out;
}

FrameMotion MotionSmoother::take_oldest() {
  const Frame oldest = std::move(frames_.front());
  frames_.pop_front();
  const MediaTime next = frames_.empty() ? oldest.time + interval_ : frames_.front().time;
  FrameMotion motion{.time = oldest.time, .end = std::min(next, oldest.time + kLongestFrame), .people = {}};
  for (const Person& person : oldest.people) motion.people.push_back(motion_of(person, oldest.time));
  for (auto& [id, samples] : samples_) {
    while (!samples.empty() && samples.front().time < next - kHeightReach) samples.pop_front();
  }
  std::erase_if(samples_, [](const auto& person) { return person.second.empty(); });
  return motion;
}

PersonMotion MotionSmoother::motion_of(const Person& person, MediaTime time) const {
  const std::deque<Sample>& samples = samples_.at(person.id);
  const auto feet = between(samples, time - kFeetReach, time + kFeetReach);
  auto x = values_of(feet, &Sample::x);
  auto y = values_of(feet, &Sample::feet_y);
  auto heights = values_of(between(samples, time - kHeightReach, time + kSpeedReach), &Sample::height);
  PersonMotion motion{.id = person.id,
                      .score = person.score,
                      .x_px = median(x),
                      .y_px = median(y),
                      .height_px = upper_quartile(heights),
                      .speed = 0};
  const auto around = between(samples, time - kSpeedReach, time + kSpeedReach);
  if (around.size() >= 2 && around.back().time - around.front().time >= kSpeedReach) {
    motion.speed = std::hypot(rate(around, &Sample::x), rate(around, &Sample::middle_y)) / motion.height_px;
  }
  return motion;
}

}  // namespace vigil::behavior
