#include "vision/box_filter.h"

#include <algorithm>
#include <cmath>
#include <format>

namespace vigil::vision {
namespace {

// Aspects hardly change: people keep their shape. In 1/√s and 1/s per √s.
constexpr double kAspectJitter = 0.05;
constexpr double kAspectAcceleration = 1e-4;

constexpr double kLeastHeight = 1;  // pixels
constexpr double kLeastAspect = 0.05;

constexpr double squared(double value) { return value * value; }

}  // namespace

core::Status MotionNoise::validate() const {
  struct Field {
    std::string_view name;
    double value;
    double most;
  };
  for (const auto& [name, value, most] :
       {Field{"noise.position", position, 10}, Field{"noise.acceleration", acceleration, 100},
        Field{"noise.measurement", measurement, 1}, Field{"noise.aspect", aspect, 1},
        Field{"noise.first_speed", first_speed, 10}}) {
    if (value > 0 && value <= most) continue;
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("{} = {}: must lie above 0 and at most {}", name, value, most));
  }
  return {};
}

void BoxFilter::Axis::predict(double seconds, double place_noise, double speed_noise) {
  place += speed * seconds;
  place_variance += seconds * (2 * covariance + seconds * speed_variance) + place_noise * seconds +
                    speed_noise * seconds * seconds * seconds / 3;
  covariance += seconds * speed_variance + speed_noise * seconds * seconds / 2;
  speed_variance += speed_noise * seconds;
}

void BoxFilter::Axis::update(double seen, double seen_variance) {
  const double innovation = seen - place;
  const double total = place_variance + seen_variance;
  const double place_gain = place_variance / total;
  const double speed_gain = covariance / total;
  place += place_gain * innovation;
  speed += speed_gain * innovation;
  speed_variance -= speed_gain * covariance;
  covariance *= 1 - place_gain;
  place_variance *= 1 - place_gain;
}

std::array<double, 4> BoxFilter::measured(const core::Box& box) {
  const double width = box.width;
  const double height = box.height;
  return {box.left + width / 2, box.top + height / 2, width / height, height};
}

BoxFilter::BoxFilter(const core::Box& first, const MotionNoise& noise) : noise_(noise) {
  const auto seen = measured(first);
  for (std::size_t i = 0; i < axes_.size(); ++i) axes_[i].place = seen[i];
  // Twice the usual error of a detection: the first one is not yet confirmed by others.
  const auto variances = measurement_variances();
  for (std::size_t i = 0; i < axes_.size(); ++i) axes_[i].place_variance = 4 * variances[i];
  const double speed_variance = squared(noise.first_speed * seen[kHeight]);
  axes_[kX].speed_variance = speed_variance;
  axes_[kY].speed_variance = speed_variance;
  axes_[kHeight].speed_variance = speed_variance / 4;
  axes_[kAspect].speed_variance = squared(kAspectAcceleration);
}

std::array<double, 4> BoxFilter::measurement_variances() const {
  const double place = squared(noise_.measurement * axes_[kHeight].place);
  return {place, place, squared(noise_.aspect), place};
}

void BoxFilter::predict(double seconds) {
  const double height = axes_[kHeight].place;
  const double jitter = squared(noise_.position * height);
  const double acceleration = squared(noise_.acceleration * height);
  axes_[kX].predict(seconds, jitter, acceleration);
  axes_[kY].predict(seconds, jitter, acceleration);
  axes_[kHeight].predict(seconds, jitter, acceleration);
  axes_[kAspect].predict(seconds, squared(kAspectJitter), squared(kAspectAcceleration));
  axes_[kHeight].place = std::max(axes_[kHeight].place, kLeastHeight);
  axes_[kAspect].place = std::max(axes_[kAspect].place, kLeastAspect);
}

void BoxFilter::coast(double seconds) {
  axes_[kHeight].speed = 0;
  axes_[kAspect].speed = 0;
  predict(seconds);
}

void BoxFilter::update(const core::Box& seen) {
  const auto values = measured(seen);
  const auto variances = measurement_variances();
  for (std::size_t i = 0; i < axes_.size(); ++i) axes_[i].update(values[i], variances[i]);
  axes_[kHeight].place = std::max(axes_[kHeight].place, kLeastHeight);
  axes_[kAspect].place = std::max(axes_[kAspect].place, kLeastAspect);
}

double BoxFilter::distance(const core::Box& seen) const {
  const auto values = measured(seen);
  const auto variances = measurement_variances();
  double sum = 0;
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    sum += squared(values[i] - axes_[i].place) / (axes_[i].place_variance + variances[i]);
  }
  return sum;
}

double BoxFilter::surprise(const core::Box& seen) const {
  const auto variances = measurement_variances();
  double room = 1;
  for (std::size_t i = 0; i < axes_.size(); ++i) room *= 1 + axes_[i].place_variance / variances[i];
  return distance(seen) + std::log(room);
}

core::Box BoxFilter::box() const {
  const double height = axes_[kHeight].place;
  const double width = axes_[kAspect].place * height;
  return {.left = static_cast<float>(axes_[kX].place - width / 2),
          .top = static_cast<float>(axes_[kY].place - height / 2),
          .width = static_cast<float>(width),
          .height = static_cast<float>(height)};
}

}  // namespace vigil::vision
