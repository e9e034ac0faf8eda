// SegmentRing: which segments of a live stream there are on disk, the oldest making room for the new. What LiveRecorder
// keeps; used only inside this room.
//
//   SegmentRing ring({.keep = …, .keep_bytes = …});
//   ring.add(path, {.first_dts = t, .begin = t, .end = t});   // a segment begins
//   ring.update(segment);                                     // as it is written
//   for (const HeldSegment& held : ring.overlapping(from, to)) read(held);
//
// A file is removed with the ring's and every reader's hold on it. Callable from any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/time.h"
#include "media/segment.h"

namespace vigil::media {

// A file that is removed when nobody holds it any more.
class SegmentFile {
 public:
  explicit SegmentFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~SegmentFile();
  SegmentFile(const SegmentFile&) = delete;
  SegmentFile& operator=(const SegmentFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct HeldSegment {
  Segment segment;  // as it was when asked for; the file may grow
  std::shared_ptr<const SegmentFile> file;
};

struct SegmentRingOptions {
  core::MediaDuration keep;
  std::uint64_t keep_bytes = 0;
};

class SegmentRing {
 public:
  explicit SegmentRing(SegmentRingOptions options) : options_(options) {}

  // The newest segment; those that are too old or too many go.
  void add(const std::filesystem::path& path, const Segment& segment);

  // What is known of the newest by now.
  void update(const Segment& segment);

  // Files of an earlier process: the first to go where bytes are short.
  void add_left_over(const std::filesystem::path& path, std::uint64_t bytes);

  std::vector<HeldSegment> overlapping(core::MediaTime from, core::MediaTime to) const;

  void keep_from(std::optional<core::MediaTime> time);
  std::optional<core::MediaTime> end() const;
  std::uint64_t bytes() const;

 private:
  struct LeftOver {
    std::shared_ptr<const SegmentFile> file;
    std::uint64_t bytes = 0;
  };

  std::uint64_t total() const;
  void trim();

  SegmentRingOptions options_;
  mutable std::mutex mutex_;
  std::deque<LeftOver> left_over_;
  std::deque<HeldSegment> segments_;
  std::optional<core::MediaTime> keep_from_;
};

}  // namespace vigil::media
