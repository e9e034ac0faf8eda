// CameraStatus: how a camera is doing; what the station tells of it. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "archive/wall_time.h"

namespace vigil::station {

enum class CameraState {
  kOff,         // not to be watched
  kConnecting,  // not a picture yet
  kLive,
  kLost,    // the stream has ended; it is connected to anew
  kFrozen,  // it stands but shows nothing new; the same
  kFailed,  // no try can help until something is changed: see the reason
};

std::string_view to_string(CameraState state);  // "off", "connecting", …

struct CameraStatus {
  CameraState state = CameraState::kOff;
  std::string reason = {};  // why it is not live
  double fps = 0;           // pictures read a second, over the last ten seconds
  std::uint64_t frames = 0, dropped = 0;
  std::optional<archive::WallTime> last_frame = {};
  std::uint64_t reconnects = 0;
  std::string codec = {};
  int width_px = 0, height_px = 0;
  std::optional<double> delay_s = {};  // from a window's last picture shown to its score, 95th percentile
  bool playable = false;               // browsers play the stream as it is
  std::string recording_reason = {};   // why nothing is recorded although it should be
};

}  // namespace vigil::station
