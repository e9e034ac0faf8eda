// join_segments: makes one clip of a stretch of time out of recorded segments. What LiveRecorder::cut stands on; used only
// inside this room.
#pragma once

#include <filesystem>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "media/live_recorder.h"
#include "media/segment_ring.h"

namespace vigil::media {

// `segments` in order of time, at least one; those after a change of the stream's format are left out, with a note. `target`
// is complete afterwards or holds nothing of use. Callable from any thread. Errors: kIo, kUnreadable, kCancelled.
core::Result<RecordedClip> join_segments(const std::vector<HeldSegment>& segments, core::MediaTime from, core::MediaTime to,
                                         const std::filesystem::path& target, const ClipOptions& options);

}  // namespace vigil::media
