// Uploads: videos on their way in, in pieces, so that an upload goes on where it was cut off; then queued for analysis.
//
//   auto job = uploads.begin({.user_id = 1, .name = "street.mp4", .size = 80'000'000});
//   auto received = uploads.append(job->id, offset, bytes);     // the disk has them when this returns
//
// The last piece queues the video if it can be opened as one; else the job has failed, and says why. What the database
// cannot be told then, or what a kill cut off, take_up() makes good. An upload of which nothing comes for a week is
// cancelled. Callable from any thread; blocks on disk and database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "archive/jobs.h"
#include "archive/wall_time.h"
#include "core/result.h"

namespace vigil::station {

class Uploads {
 public:
  struct Begin {
    std::optional<std::int64_t> user_id = {};  // nothing: nobody's, by the program itself
    std::string name = {};                     // as the user calls the file
    std::uint64_t size = 0;                    // bytes in all
  };

  // `jobs` outlives the object. `changed` is told of each job whose state changed.
  Uploads(archive::Jobs& jobs, std::filesystem::path folder, std::uint64_t most_bytes,
          std::function<void(std::int64_t)> changed);

  // Removes files of uploads that are over, and drafts. One that the database does not know stays: it may be the database
  // that is lost. At start-up, before anything else. Errors: kIo, kTimedOut.
  core::Status sweep();

  // Queues or refuses those that are whole and not queued yet. Does nothing where there can be none; what fails is logged,
  // and tried again by the next call.
  void take_up();

  // Cancels those that have been given up: unfinished, and without a new byte for a week. Errors: kIo, kTimedOut.
  core::Status cancel_abandoned(archive::WallTime now);

  std::uint64_t most_bytes() const { return most_bytes_; }

  // Errors: kInvalidArgument (size 0 or too large, name), kIo (no room for it on the disk), kTimedOut.
  core::Result<archive::Job> begin(const Begin& begin);

  // Bytes received in all. Errors: kNotFound, kConflict (it is over, offset is not where the last piece ended, beyond the
  // size), kIo.
  core::Result<std::uint64_t> append(std::int64_t id, std::uint64_t offset, std::string_view bytes);

  // Takes the whole file at once for an upload that was cut off, has failed or was cancelled, and queues it: the same job
  // once more, so that events of it that are stored already stay the only ones. Errors: kNotFound, kConflict (the job waits,
  // runs or is done, the size is another), kIo, kTimedOut.
  core::Status supply(std::int64_t id, const std::filesystem::path& file);

  // Its file goes. Errors: kConflict (it is over), kNotFound, kIo, kTimedOut.
  core::Status cancel(const archive::Job& job);

  // The file of a job. It is there until remove().
  std::filesystem::path path(const archive::Job& job) const;
  void remove(const archive::Job& job);

 private:
  void finish(const archive::Job& job);
  core::Status end(const archive::Job& job, archive::JobState state, const std::string& why);
  std::string why_no_video(const archive::Job& job) const;
  archive::WallTime last_byte(const archive::Job& job) const;

  archive::Jobs& jobs_;
  const std::filesystem::path folder_;
  const std::uint64_t most_bytes_;
  const std::function<void(std::int64_t)> changed_;
  std::mutex appending_;     // one changes the state or the file of an upload at a time
  bool maybe_whole_ = true;  // uploads that are whole and not queued; at the start nobody knows
};

}  // namespace vigil::station
