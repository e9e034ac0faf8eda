// MappedFile: the bytes of a file as memory, private to this process: writes to it never reach the file.
//
//   auto file = MappedFile::open(path);
//   std::span<std::byte> bytes = (*file)->bytes();
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "core/result.h"

namespace vigil::formats {

class MappedFile {
 public:
  // Errors: kNotFound, kIo, kUnreadable (no regular file).
  static core::Result<std::shared_ptr<MappedFile>> open(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<std::byte> bytes) : bytes_(bytes) {}
  std::span<std::byte> bytes_;
};

}  // namespace vigil::formats
