// Notice: what changed in the station or the repository, for those who show it. Plain values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "station/camera_status.h"

#include "archive/jobs.h"
#include "archive/wall_time.h"

namespace vigil::station {

// Something that happens before a camera, and is not in the repository.
struct CameraEvent {
  std::string uid = {};  // that it has in the repository once it is there
  std::int64_t camera_id = 0;
  std::string source = {}, kind = {}, rule = {}, zone = {};
  archive::WallTime time = {};
  double score = 0;
};

struct EventBegun {
  CameraEvent event = {};
};

// It has ended, and never comes into the repository.
struct EventLost {
  CameraEvent event = {};
};

enum class EventChange { kAdded, kChanged, kRemoved };

struct EventNotice {
  EventChange change = EventChange::kAdded;
  std::int64_t id = 0;
  std::optional<std::int64_t> camera_id = {};
  bool upload = false;  // of an uploaded video
};

struct JobNotice {
  archive::Job job = {};
};

struct CameraNotice {
  std::int64_t id = 0;
  CameraState state = CameraState::kOff;
  std::string reason = {};
};

using Notice = std::variant<EventBegun, EventLost, EventNotice, JobNotice, CameraNotice>;

}  // namespace vigil::station
