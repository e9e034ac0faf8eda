#include "core/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <format>
#include <fstream>

#include "core/file_descriptor.h"

namespace vigil::core {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> io_error(std::string_view verb, const fs::path& path) {
  return fail(ErrorCode::kIo, std::format("cannot {} {}: {}", verb, path.string(), std::strerror(errno)));
}

Status sync_path(const fs::path& path, int flags) {
  const FileDescriptor fd(::open(path.c_str(), flags | O_CLOEXEC));
  if (!fd.valid()) return io_error("open", path);
  if (::fsync(fd.get()) != 0) return io_error("sync", path);
  return {};
}

}  // namespace

fs::path temporary_path(const fs::path& path) {
  return path.parent_path() / std::format(".{}.tmp{}", path.stem().string(), path.extension().string());
}

Status commit_file(const fs::path& temporary, const fs::path& path) {
  if (auto synced = sync_path(temporary, O_RDONLY); !synced) return synced;
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return io_error("rename to", path);
  return sync_path(path.has_parent_path() ? path.parent_path() : fs::path("."), O_RDONLY | O_DIRECTORY);
}

Status write_file_atomically(const fs::path& path, std::string_view bytes) {
  const fs::path temporary = temporary_path(path);
  {
    const FileDescriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!fd.valid()) return io_error("create", temporary);
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return io_error("write", temporary);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  return commit_file(temporary, path);
}

Status sync_file(const fs::path& path) { return sync_path(path, O_RDONLY); }

Result<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return fail(ErrorCode::kNotFound, std::format("no such file: {}", path.string()));
    return io_error("read", path);
  }
  std::string bytes;
  std::array<char, 65536> chunk;
  // istream::read() turns a failing read into badbit; iterators over the buffer would throw.
  while (in.read(chunk.data(), chunk.size()) || in.gcount() > 0)
    bytes.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
  if (in.bad()) return io_error("read", path);
  return bytes;
}

}  // namespace vigil::core
