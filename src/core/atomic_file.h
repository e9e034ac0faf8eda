// Crash-safe file writes: a reader sees the old content or the new, never half of it.
//
//   if (auto written = write_file_atomically(dir / "events.json", text); !written) return std::unexpected(written.error());
//
// The bytes go to a temporary file beside the target, are synced to disk, and are renamed over it; the directory is synced
// last. Callable from any thread for different targets. Blocks on disk.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"

namespace vigil::core {

// Errors: kIo (names the path and the system's reason). The target is untouched on error.
Status write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

// For writers that need a path (encoders, archives): write to `temporary_path(path)`, then commit it.
// The temporary lies in the same directory and keeps the extension: "clip.mp4" → ".clip.tmp.mp4".
std::filesystem::path temporary_path(const std::filesystem::path& path);

// Syncs the temporary file and renames it to `path`. Errors: kIo.
Status commit_file(const std::filesystem::path& temporary, const std::filesystem::path& path);

// What has been written to `path` is on the disk afterwards; for files that are appended to in place. Errors: kIo.
Status sync_file(const std::filesystem::path& path);

// The whole file. Errors: kNotFound, kIo.
Result<std::string> read_file(const std::filesystem::path& path);

}  // namespace vigil::core
