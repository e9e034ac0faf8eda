// ClipWriter: cuts [begin, end) out of a stored video, where it can without re-encoding, as an MP4 that a browser plays;
// evidence clips.
//
//   auto clip = cut_clip("street.mp4", {.begin = t0, .end = t1}, "clips/event-001.mp4");
//
// Stream copy where the codec is one that browsers play (H.264, HEVC, VP9, AV1); other codecs (MPEG-4 part 2, MJPEG, …), and
// every clip with a privacy mask, are re-encoded to H.264 for the cut only, without the sound, and the result says so. The
// file is complete or absent: it is written beside the target, synced and renamed. Callable from any thread. Blocks.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "media/privacy_mask.h"

namespace vigil::media {

struct ClipRange {
  core::MediaTime begin;
  core::MediaTime end;
  core::MediaDuration pre_roll =
      core::MediaDuration::from_seconds(2);  // cut starts at the key frame at or before begin − pre_roll
  core::MediaDuration post_roll = core::MediaDuration::from_seconds(2);
};

struct WrittenClip {
  core::MediaTime begin;   // source time of the clip's first frame
  core::MediaTime end;     // source time at which the clip ends
  bool reencoded = false;  // true where stream copy would not play in a browser, or would show what the mask hides
};

struct ClipOptions {
  PrivacyMask mask = PrivacyMask();  // painted over
  std::stop_token stop = std::stop_token();
};

// Errors: as Source::open; kInvalidArgument (empty range), kIo (target).
core::Result<WrittenClip> cut_clip(const std::string& source, const ClipRange& range, const std::filesystem::path& target,
                                   const ClipOptions& options = {});

}  // namespace vigil::media
