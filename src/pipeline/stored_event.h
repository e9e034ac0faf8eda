// store_event: takes an event with its evidence, as an analysis or a watch left it in its folder, into the repository.
//
//   auto id = store_event(archive.event_store(), record, out, {.uid = "job7-event-001", .zero = uploaded, .job_id = 7});
//
// The files are copied under plain names (clip.mp4, boxes.jsonl, poster.jpg, person-3-1.jpg, person-3-face.jpg,
// report.html), and the event's details say so: the event of docs/events-json.md, with these names. Blocks on the disk.
// Callable from any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "archive/event_store.h"
#include "core/result.h"
#include "pipeline/analysis_record.h"

namespace vigil::pipeline {

struct StoreAs {
  std::string uid;         // see archive::StoredEvent
  archive::WallTime zero;  // what the clock on the wall showed at media time zero
  std::optional<std::int64_t> camera_id = {};
  std::optional<std::int64_t> job_id = {};
  const AnalysisRecord* about = nullptr;  // the video and how it was looked at: then the event gets its page, report.html
};

// The event's id in the repository. Errors: as archive::EventStore::add.
core::Result<std::int64_t> store_event(archive::EventStore& store, const EventRecord& record,
                                       const std::filesystem::path& folder, const StoreAs& as);

}  // namespace vigil::pipeline
