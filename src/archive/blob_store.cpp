#include "archive/blob_store.h"

#include <algorithm>
#include <format>
#include <system_error>
#include <utility>

#include "core/atomic_file.h"

namespace vigil::archive {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;

constexpr std::size_t kLongestKey = 512;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

std::unexpected<core::Error> not_a_key(const std::string& key) {
  return fail(ErrorCode::kInvalidArgument, std::format("'{}' is no name of a stored file", key));
}

std::unexpected<core::Error> io(std::string_view what, const fs::path& path, const std::error_code& error) {
  return fail(ErrorCode::kIo, std::format("cannot {} {}: {}", what, path.string(), error.message()));
}

bool is_unfinished(const fs::path& path) { return path.filename().string().starts_with('.'); }

WallTime written_at(const fs::directory_entry& entry) {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::file_clock::to_sys(entry.last_write_time()));
}

}  // namespace

bool is_blob_key(std::string_view key) {
  if (key.empty() || key.size() > kLongestKey) return false;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(key.find('/', begin), key.size());
    const std::string_view name = key.substr(begin, end - begin);
    if (name.empty() || name.front() == '.' || !std::ranges::all_of(name, is_plain)) return false;
    if (end == key.size()) return true;
    begin = end + 1;
  }
}

core::Result<std::unique_ptr<DiskBlobs>> DiskBlobs::open(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return io("make the folder", folder, error);
  return std::unique_ptr<DiskBlobs>(new DiskBlobs(fs::absolute(folder)));
}

core::Result<fs::path> DiskBlobs::place_for(const std::string& key) const {
  if (!is_blob_key(key)) return not_a_key(key);
  const fs::path path = folder_ / key;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return io("make the folder", path.parent_path(), error);
  return path;
}

core::Status DiskBlobs::put_file(const std::string& key, const fs::path& source) {
  const auto path = place_for(key);
  if (!path) return std::unexpected(path.error());
  std::error_code error;
  if (!fs::is_regular_file(source, error)) {
    return fail(ErrorCode::kNotFound, std::format("there is no file {}", source.string()));
  }
  const fs::path temporary = core::temporary_path(*path);
  fs::copy_file(source, temporary, fs::copy_options::overwrite_existing, error);
  if (!error) return core::commit_file(temporary, *path);
  const auto failed = io("copy to", temporary, error);
  fs::remove(temporary, error);
  return failed;
}

core::Status DiskBlobs::put_bytes(const std::string& key, std::string_view bytes) {
  const auto path = place_for(key);
  if (!path) return std::unexpected(path.error());
  return core::write_file_atomically(*path, bytes);
}

core::Result<BlobInfo> DiskBlobs::info(const std::string& key) const {
  if (!is_blob_key(key)) return not_a_key(key);
  std::error_code error;
  const fs::directory_entry entry(folder_ / key, error);
  if (error || !entry.is_regular_file(error)) {
    return fail(ErrorCode::kNotFound, std::format("there is no stored file {}", key));
  }
  return BlobInfo{.key = key, .size = entry.file_size(), .written = written_at(entry)};
}

core::Result<fs::path> DiskBlobs::local_path(const std::string& key) {
  const auto there = info(key);
  if (!there) return std::unexpected(there.error());
  return folder_ / key;
}

core::Status DiskBlobs::remove(const std::string& key) {
  if (!is_blob_key(key)) return not_a_key(key);
  std::error_code error;
  fs::remove(folder_ / key, error);
  if (error) return io("remove", folder_ / key, error);
  // Folders that hold nothing any more go too.
  for (fs::path parent = (folder_ / key).parent_path(); parent != folder_; parent = parent.parent_path()) {
    if (!fs::remove(parent, error) || error) break;
  }
  return {};
}

core::Result<std::vector<BlobInfo>> DiskBlobs::list(const std::string& folder) const {
  std::vector<BlobInfo> blobs;
  const fs::path root = folder.empty() ? folder_ : folder_ / folder;
  if (!folder.empty() && !is_blob_key(folder)) return not_a_key(folder);
  std::error_code error;
  if (!fs::exists(root, error)) return blobs;
  for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;  // what another thread removes meanwhile is not listed
    if (!entry->is_regular_file(gone) || gone || is_unfinished(entry->path())) continue;
    const std::uint64_t size = entry->file_size(gone);
    if (gone) continue;
    blobs.push_back(
        {.key = entry->path().lexically_relative(folder_).generic_string(), .size = size, .written = written_at(*entry)});
  }
  if (error) return io("read the folder", root, error);
  std::ranges::sort(blobs, {}, &BlobInfo::key);
  return blobs;
}

core::Result<BlobSpace> DiskBlobs::space() const {
  std::error_code error;
  const fs::space_info space = fs::space(folder_, error);
  if (error) return io("ask for the space of", folder_, error);
  return BlobSpace{.free = space.available, .all = space.capacity};
}

core::Status DiskBlobs::sweep_unfinished() {
  std::vector<fs::path> unfinished;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    if (entry->is_regular_file(gone) && is_unfinished(entry->path())) unfinished.push_back(entry->path());
  }
  if (error) return io("read the folder", folder_, error);
  for (const fs::path& path : unfinished) {
    fs::remove(path, error);
    if (error) return io("remove", path, error);
  }
  return {};
}

}  // namespace vigil::archive
