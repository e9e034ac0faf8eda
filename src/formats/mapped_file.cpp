#include "formats/mapped_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <format>

#include <sys/mman.h>
#include <sys/stat.h>

#include "core/file_descriptor.h"

namespace vigil::formats {
namespace {

using core::ErrorCode;
using core::fail;

}  // namespace

core::Result<std::shared_ptr<MappedFile>> MappedFile::open(const std::filesystem::path& path) {
  const core::FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    const auto code = errno == ENOENT || errno == ENOTDIR ? ErrorCode::kNotFound : ErrorCode::kIo;
    return fail(code, std::format("cannot open {}: {}", path.string(), std::strerror(errno)));
  }
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0)
    return fail(ErrorCode::kIo, std::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  if (!S_ISREG(info.st_mode)) return fail(ErrorCode::kUnreadable, std::format("{}: not a regular file", path.string()));
  std::span<std::byte> bytes;
  if (info.st_size > 0) {
    const auto size = static_cast<std::size_t>(info.st_size);
    void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd.get(), 0);
    if (memory == MAP_FAILED)
      return fail(ErrorCode::kIo, std::format("cannot map {}: {}", path.string(), std::strerror(errno)));
    bytes = {static_cast<std::byte*>(memory), size};
  }
  return std::shared_ptr<MappedFile>(new MappedFile(bytes));
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

}  // namespace vigil::formats
