// MemoryReader: lets FFmpeg read a block of memory as if it were a file. Used only inside this room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

struct AVIOContext;

namespace vigil::media {

class MemoryReader {
 public:
  explicit MemoryReader(std::span<const std::uint8_t> bytes);  // the bytes outlive the reader
  ~MemoryReader();
  MemoryReader(const MemoryReader&) = delete;
  MemoryReader& operator=(const MemoryReader&) = delete;

  AVIOContext* context() { return context_; }

 private:
  static int read(void* self, std::uint8_t* out, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
  AVIOContext* context_ = nullptr;
};

}  // namespace vigil::media
