#include "media/memory_reader.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

extern "C" {
#include <libavformat/avio.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>
}

#include "core/check.h"

namespace vigil::media {

MemoryReader::MemoryReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
  constexpr int kBufferBytes = 32 * 1024;
  auto* buffer = static_cast<std::uint8_t*>(av_malloc(kBufferBytes));
  VIGIL_CHECK(buffer, "out of memory");
  context_ = avio_alloc_context(buffer, kBufferBytes, 0, this, &MemoryReader::read, nullptr, &MemoryReader::seek);
  VIGIL_CHECK(context_, "out of memory");
}

MemoryReader::~MemoryReader() {
  av_freep(&context_->buffer);
  avio_context_free(&context_);
}

int MemoryReader::read(void* self, std::uint8_t* out, int size) {
  auto& reader = *static_cast<MemoryReader*>(self);
  const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(size), reader.bytes_.size() - reader.position_);
  if (count == 0) return AVERROR_EOF;
  std::memcpy(out, reader.bytes_.data() + reader.position_, count);
  reader.position_ += count;
  return static_cast<int>(count);
}

std::int64_t MemoryReader::seek(void* self, std::int64_t offset, int whence) {
  auto& reader = *static_cast<MemoryReader*>(self);
  const auto size = static_cast<std::int64_t>(reader.bytes_.size());
  if (whence & AVSEEK_SIZE) return size;
  const int origin = whence & ~AVSEEK_FORCE;
  std::int64_t from = 0;
  if (origin == SEEK_CUR) from = static_cast<std::int64_t>(reader.position_);
  if (origin == SEEK_END) from = size;
  if (offset < -from || offset > size - from) return AVERROR(EINVAL);
  reader.position_ = static_cast<std::size_t>(from + offset);
  return from + offset;
}

}  // namespace vigil::media
