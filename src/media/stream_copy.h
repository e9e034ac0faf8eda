// Stream copy of a stretch of a video into an MP4 that browsers play, with its sound where MP4 can hold it. The way cut_clip
// prefers; used only inside this room.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "media/clip_writer.h"

namespace vigil::media {

// Nothing, and no file, where a copy would not play: another codec or pixel format, no timestamps, no way to seek.
// The copy starts at the last key frame at or before `from` and holds every frame before `to`. Errors as cut_clip.
core::Result<std::optional<WrittenClip>> copy_stream(const std::string& source, core::MediaTime from, core::MediaTime to,
                                                     const std::filesystem::path& target, std::stop_token stop);

}  // namespace vigil::media
