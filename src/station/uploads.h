// Uploads: videos on their way in, in pieces, so that an upload goes on where it was cut off; then queued for analysis.
//
//   auto job = uploads.begin({.user_id = 1, .name = "street.mp4", .size = 80'000'000});
//   auto received = uploads.append(job->id, offset, bytes);     // the disk has them when this returns
//
// The last piece queues the video if it can be opened as one; else the job has failed, and says why. Callable from any
// thread; blocks on disk and database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "archive/jobs.h"
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

  // Removes files of uploads that there are no longer. At start-up. Errors: kIo, kTimedOut.
  core::Status sweep();

  std::uint64_t most_bytes() const { return most_bytes_; }

  // Errors: kInvalidArgument (size 0 or too large, name), kIo (no room for it on the disk), kTimedOut.
  core::Result<archive::Job> begin(const Begin& begin);

  // Bytes received in all. Errors: kNotFound, kConflict (it is over, offset is not where the last piece ended, beyond the
  // size), kIo.
  core::Result<std::uint64_t> append(std::int64_t id, std::uint64_t offset, std::string_view bytes);

  // The file of a job. It is there until remove().
  std::filesystem::path path(const archive::Job& job) const;
  void remove(const archive::Job& job);

 private:
  core::Status finish(const archive::Job& job);

  archive::Jobs& jobs_;
  const std::filesystem::path folder_;
  const std::uint64_t most_bytes_;
  const std::function<void(std::int64_t)> changed_;
  std::mutex appending_;
};

}  // namespace vigil::station
