#include "learn/picture_file.h"

#include <format>

#include "media/source.h"

namespace vigil::learn {

core::Result<media::Frame> read_picture(const std::filesystem::path& file, media::PixelFormat format) {
  auto source = media::Source::open(file.string(), {.format = format});
  if (!source) return std::unexpected(source.error());
  auto frame = (*source)->read();
  if (!frame) return std::unexpected(frame.error());
  if (!*frame) return core::fail(core::ErrorCode::kUnreadable, std::format("{}: holds no picture", file.string()));
  return **std::move(frame);
}

}  // namespace vigil::learn
