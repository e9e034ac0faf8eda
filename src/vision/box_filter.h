// BoxFilter: a Kalman filter that knows where a person's box is, how fast it moves, and how sure that is.
//
//   BoxFilter filter(detection.box, noise);
//   filter.predict(0.04);                       // 40 ms later
//   if (filter.distance(seen) < 9.49) filter.update(seen);
//   draw(filter.box());
//
// The eight-dimensional state of DeepSORT (Wojke, Bewley and Paulus 2017): centre x and y, aspect (width over height),
// height, and the velocity of each, constant but for white noise. No noise couples two of the four, so the eight-dimensional
// filter falls apart into four of two dimensions, which are computed instead: the same numbers, a fraction of the work.
//
// Noise is a share of the person's height, which stands for the distance to the camera, and grows with time and not with
// frames: predicting twice by 20 ms is predicting once by 40 ms. Plain value.
#pragma once

#include <array>

#include "core/box.h"
#include "core/result.h"

namespace vigil::vision {

struct MotionNoise {
  double position = 0.05;     // (0, 10] heights per √s: jitter beside steady motion; higher trusts the prediction less
  double acceleration = 0.3;  // (0, 100] heights/s per √s: how fast people change speed; higher turns faster, coasts worse
  double measurement = 0.1;   // (0, 1] heights: how far detections lie off; higher smooths more
  double aspect = 0.1;        // (0, 1]: how far the aspect of detections lies off
  double first_speed = 1;     // (0, 10] heights/s: how fast a person may be when first seen

  // Errors: kInvalidArgument, naming the field, the value and the range.
  core::Status validate() const;
};

class BoxFilter {
 public:
  // At rest in that box. Requires a finite box that is not empty.
  BoxFilter(const core::Box& first, const MotionNoise& noise);

  // Moves on by so many seconds, at least 0.
  void predict(double seconds);

  // As predict(), with the size held: what a size does while nobody sees it is anyone's guess.
  void coast(double seconds);

  // Takes in a detection at the present time. Requires a finite box that is not empty.
  void update(const core::Box& seen);

  // Squared Mahalanobis distance between the detection and the prediction, of four degrees of freedom: of true matches, 95 %
  // lie below 9.4877.
  double distance(const core::Box& seen) const;

  // How unlikely it is to see the person there: −2 ln of the likelihood of the detection, which is distance() and the room
  // that the prediction leaves, ln of its variance over that of a detection. So of two that are as far in terms of their own
  // doubt, the one that is surer of its place is the likelier.
  double surprise(const core::Box& seen) const;

  // Never empty.
  core::Box box() const;

  // Of the centre, in pixels per second.
  double velocity_x() const { return axes_[kX].speed; }
  double velocity_y() const { return axes_[kY].speed; }

 private:
  enum Name { kX, kY, kAspect, kHeight };

  struct Axis {
    double place = 0;
    double speed = 0;
    double place_variance = 0;
    double covariance = 0;
    double speed_variance = 0;

    void predict(double seconds, double place_noise, double speed_noise);
    void update(double seen, double seen_variance);
  };

  static std::array<double, 4> measured(const core::Box& box);
  std::array<double, 4> measurement_variances() const;

  MotionNoise noise_;
  std::array<Axis, 4> axes_;
};

}  // namespace vigil::vision
