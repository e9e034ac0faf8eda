// BlobStore: where the repository's files lie: clips, pictures, recordings, uploads. DiskBlobs keeps them under one folder.
//
//   auto blobs = DiskBlobs::open("/var/lib/vigil/data");
//   (*blobs)->put_file("events/2026/11/26/yard-1/clip.mp4", local);   // on the disk when this returns
//   auto path = (*blobs)->local_path("events/2026/11/26/yard-1/clip.mp4");
//
// A key is a relative path of names of letters, digits, dots, dashes and underscores, none of which begins with a dot: what
// comes in a request cannot lead out of the folder. A blob is whole or absent; put replaces. Callable from any thread for
// different keys; blocks on disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "archive/wall_time.h"
#include "core/result.h"

namespace vigil::archive {

bool is_blob_key(std::string_view key);

struct BlobInfo {
  std::string key;
  std::uint64_t size = 0;
  WallTime written;
};

struct BlobSpace {
  std::uint64_t free = 0;  // bytes that may still be written
  std::uint64_t all = 0;   // bytes of the whole disk
};

class BlobStore {
 public:
  virtual ~BlobStore() = default;

  // Copies the file in. Errors: kInvalidArgument (key), kNotFound (source), kIo (disk full).
  virtual core::Status put_file(const std::string& key, const std::filesystem::path& source) = 0;
  // Errors: kInvalidArgument, kIo.
  virtual core::Status put_bytes(const std::string& key, std::string_view bytes) = 0;

  // Errors: kInvalidArgument, kNotFound, kIo.
  virtual core::Result<BlobInfo> info(const std::string& key) const = 0;

  // A path at which the blob can be read, for as long as it is not removed. Errors: as info().
  virtual core::Result<std::filesystem::path> local_path(const std::string& key) = 0;

  // What is not there is removed already. Errors: kInvalidArgument, kIo.
  virtual core::Status remove(const std::string& key) = 0;

  // All blobs whose keys begin with `folder` and a slash ("": all), by key. Unfinished ones are none. Errors: kIo.
  virtual core::Result<std::vector<BlobInfo>> list(const std::string& folder) const = 0;

  // Errors: kIo.
  virtual core::Result<BlobSpace> space() const = 0;
};

class DiskBlobs : public BlobStore {
 public:
  // Makes the folder. Errors: kIo.
  static core::Result<std::unique_ptr<DiskBlobs>> open(const std::filesystem::path& folder);

  core::Status put_file(const std::string& key, const std::filesystem::path& source) override;
  core::Status put_bytes(const std::string& key, std::string_view bytes) override;
  core::Result<BlobInfo> info(const std::string& key) const override;
  core::Result<std::filesystem::path> local_path(const std::string& key) override;
  core::Status remove(const std::string& key) override;
  core::Result<std::vector<BlobInfo>> list(const std::string& folder) const override;
  core::Result<BlobSpace> space() const override;

  // Removes what a put left that was cut off. Call before anything is put.
  core::Status sweep_unfinished();

 private:
  explicit DiskBlobs(std::filesystem::path folder) : folder_(std::move(folder)) {}
  core::Result<std::filesystem::path> place_for(const std::string& key) const;

  std::filesystem::path folder_;
};

}  // namespace vigil::archive
