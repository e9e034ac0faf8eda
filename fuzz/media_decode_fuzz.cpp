// Any bytes as a video: Source and ClipSampler must end with frames or an error, in bounded time and memory.
#include <cstddef>
#include <cstdint>
#include <span>

#include "media/clip_sampler.h"
#include "media/source.h"

namespace {

using vigil::core::MediaTime;
using vigil::media::ClipSampler;
using vigil::media::FitShortSide;
using vigil::media::Frame;
using vigil::media::PixelFormat;
using vigil::media::Source;
using vigil::media::SourceOptions;

constexpr int kFrames = 32;
constexpr std::int64_t kPixels = 256 * 256;

unsigned touch(const Frame& frame) {
  const auto plane = frame.plane(0);
  return plane.data[0] +
         plane.data[static_cast<std::ptrdiff_t>(plane.height_px - 1) * plane.stride_bytes + plane.width_px - 1];
}

void read(std::span<const std::uint8_t> bytes, const SourceOptions& options) {
  auto source = Source::open_bytes(bytes, "fuzz", options);
  if (!source) return;
  MediaTime last = MediaTime::min();
  for (int i = 0; i < kFrames; ++i) {
    const auto frame = (*source)->read();
    if (!frame || !*frame) break;
    if ((*frame)->pts() <= last) __builtin_trap();
    last = (*frame)->pts();
    volatile unsigned sink = touch(**frame);
    static_cast<void>(sink);
  }
  if ((*source)->info().seekable && (*source)->seek(MediaTime::from_seconds(1))) static_cast<void>((*source)->read());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  read(bytes, {.max_pixels = kPixels});
  read(bytes, {.size = FitShortSide{32}, .format = PixelFormat::kRgb24, .max_pixels = kPixels});
  auto sampler = ClipSampler::open_bytes(bytes, "fuzz", {.source = {.format = PixelFormat::kGray8, .max_pixels = kPixels}});
  if (!sampler) return 0;
  const auto frames = (*sampler)->sample(MediaTime(), MediaTime::from_seconds(1), 4);
  if (frames && frames->size() != 4) __builtin_trap();
  return 0;
}
