// Progress: what long work tells whoever watches it. Rooms report; only the command line prints.
//
//   if (progress) progress({.done = frame.pts.seconds(), .total = duration, .unit = "s", .note = "14.2x real time"});
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace vigil::core {

struct Progress {
  double done = 0;        // work finished, in `unit`
  double total = 0;       // work in all; 0 when unknown (live streams)
  std::string_view unit;  // "s", "clips", "batches"
  std::string note;       // short free text: speed, loss
};

// Called often and from the working thread; must return quickly. May be empty.
using ProgressSink = std::function<void(const Progress&)>;

}  // namespace vigil::core
