// Alert: the news of an event, as whoever finds events hands it to this room.
//
//   alerts.offer({.uid = uid, .event_id = 17, .kind = "violence", .camera_id = 3, .camera = "Yard", .time = now,
//                 .score = 0.93, .title = "Violence at Yard", .link = "/events/17"});
//
// Plain value. An event is told twice: when it is confirmed, and when it has ended and is stored with its evidence, or
// cannot be. A channel that shows a state needs both.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace vigil::alerts {

using AlertTime = std::chrono::sys_time<std::chrono::microseconds>;

enum class AlertState { kBegun, kEnded };

inline constexpr std::array<std::string_view, 6> kAlertKinds = {"violence", "zone", "line", "loitering", "crowd", "running"};

struct Alert {
  std::string uid = {};        // of the event; the same in both states
  std::int64_t event_id = 0;   // its row in the repository; 0: it is not stored
  std::string kind = {};       // one of kAlertKinds
  std::string rule = {};       // name of the rule that saw it; empty for violence
  std::string zone = {};       // where it happened; empty: anywhere
  std::int64_t camera_id = 0;  // 0: not a camera
  bool upload = false;         // seen in an uploaded video
  std::string camera = {};     // its name
  AlertTime time = {};         // when the event began
  double score = 0;            // [0, 1]
  AlertState state = AlertState::kBegun;
  std::string title = {};                          // a few words; empty: made of kind and camera
  std::string sentence = {};                       // what happened, for people
  std::string link = {};                           // path of the event's page, "/events/17"; empty: none
  std::shared_ptr<const std::string> poster = {};  // a JPEG; may be missing
  std::uint64_t more = 0;                          // events before it that a cool-down kept back
};

// A camera, as channels name it.
struct CameraName {
  std::int64_t id = 0;
  std::string name = {};

  bool operator==(const CameraName&) const = default;
};

}  // namespace vigil::alerts
