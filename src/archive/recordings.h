// Recordings: the segments of what cameras recorded, and which of them go when space or time is up.
//
//   Recordings recordings(*database, blobs);
//   recordings.add({.camera_id = 3, .begin = begin, .end = end, .file = key});   // the file is on the disk before
//   const auto found = recordings.between(3, from, until);
//   for (const Segment& segment : *found) play(segment.file);
//
// Callable from any thread; blocks on the database and the disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/blob_store.h"
#include "archive/database.h"
#include "archive/wall_time.h"
#include "core/result.h"

namespace vigil::archive {

struct Segment {
  std::int64_t id = 0;
  std::int64_t camera_id = 0;
  WallTime begin, end;
  std::string file = {};  // key of the blob: recordings/CAMERA/YYYY-MM-DD/HH/BEGIN-END.mp4, in microseconds
  std::uint64_t size = 0;
  bool pinned = false;
};

class Recordings {
 public:
  static constexpr const char* kFolder = "recordings";

  Recordings(Database& database, BlobStore& blobs) : database_(database), blobs_(blobs) {}

  // What a segment's file is called; its times can be read back from it.
  static std::string key(std::int64_t camera_id, WallTime begin, WallTime end);

  // Errors: kConflict (no such camera, the file is there already), kIo, kTimedOut.
  core::Result<std::int64_t> add(const Segment& segment);

  core::Result<Segment> get(std::int64_t id);  // kNotFound

  // Those that touch [from, until), in order of time.
  core::Result<std::vector<Segment>> between(std::int64_t camera_id, WallTime from, WallTime until);

  // So many at most of those that are not pinned, oldest first; those that come after one of them, where that is given.
  // No camera: of all.
  core::Result<std::vector<Segment>> oldest(int count, std::optional<std::int64_t> camera_id = {},
                                            const std::optional<Segment>& after = {});

  core::Status set_pinned(std::int64_t camera_id, WallTime from, WallTime until, bool pinned);

  // Row, then file. What is not there is removed already.
  core::Status remove(const Segment& segment);
  // The same, but what was pinned meanwhile stays. Gives whether it is gone by this.
  core::Result<bool> remove_unless_pinned(const Segment& segment);

  struct Usage {
    std::int64_t camera_id = 0;
    std::uint64_t bytes = 0;
    std::chrono::microseconds length = {};  // that they last, without the gaps between them
  };
  core::Result<std::vector<Usage>> usage();

  struct Repaired {
    std::size_t rows_removed = 0, adopted = 0;
    std::int64_t last_camera = 0;  // the highest one of which there are files and no row; 0: none
  };
  // At start-up: rows without files go, files without rows come back where their camera is known. No file is deleted.
  core::Result<Repaired> repair();

 private:
  Database& database_;
  BlobStore& blobs_;
};

}  // namespace vigil::archive
