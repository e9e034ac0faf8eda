// The sidecar of an event's clip: who was where in it, frame by frame, in step with the clip by the stream's own times.
//
//   auto written = write_event_boxes(files.path("tracks.jsonl"), clip.begin, clip.end,
//   files.path("clips/event-001.boxes.jsonl")); auto frames = read_people(path, begin, end, 4000);
//
// Its lines are those of tracks.jsonl (docs/tracks-jsonl.md) between the clip's begin and end. Callable from any thread.
#pragma once

#include <filesystem>
#include <vector>

#include "core/people.h"
#include "core/result.h"
#include "core/time.h"

namespace vigil::pipeline {

// Complete or absent. Errors: kNotFound (no tracks), kIo.
core::Status write_event_boxes(const std::filesystem::path& tracks, core::MediaTime begin, core::MediaTime end,
                               const std::filesystem::path& target);

// The same of frames that are not in a file. Complete or absent. Errors: kIo.
core::Status write_event_boxes(const std::vector<core::FramePeople>& frames, const std::filesystem::path& target);

// The frames in [begin, end] of such a file; every so manieth where there are more than `most`. Errors: kNotFound.
core::Result<std::vector<core::FramePeople>> read_people(const std::filesystem::path& tracks, core::MediaTime begin,
                                                         core::MediaTime end, std::size_t most);

}  // namespace vigil::pipeline
