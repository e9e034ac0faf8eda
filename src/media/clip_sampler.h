// ClipSampler: the frames of [begin, end) of a stored video, N of them uniformly; what data sets and evidence are read with.
//
//   auto sampler = ClipSampler::open("fight.mp4", {.source = {.size = FitShortSide{256}, .format = PixelFormat::kRgb24}});
//   auto clip = (*sampler)->sample(MediaTime::from_seconds(1), MediaTime::from_seconds(3), 10);
//
// Gives, frame for frame and bit for bit, what a sequential decode of the whole file gives, but decodes only the groups of
// pictures touched, and converts only the frames chosen. One thread at a time per sampler; keeps the file open between
// calls.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "media/frame.h"
#include "media/source.h"

namespace vigil::media {

struct ClipSamplerOptions {
  SourceOptions source{};
};

class ClipSampler {
 public:
  // Reads the packet index (timestamps and key frames) without decoding where that suffices. Errors as Source::open;
  // kUnreadable also when the file holds no picture.
  static core::Result<std::unique_ptr<ClipSampler>> open(const std::string& path, ClipSamplerOptions options = {});
  // The same for a file that lies in memory; `bytes` outlive the sampler, `name` is for messages.
  static core::Result<std::unique_ptr<ClipSampler>> open_bytes(std::span<const std::uint8_t> bytes, const std::string& name,
                                                               ClipSamplerOptions options = {});
  ~ClipSampler();

  // Presentation times of every frame, strictly rising. They are found again, by decoding the whole file once, when sampling
  // meets damage that the packet index did not show; and at open() where the packets do not tell the frames (no timestamps,
  // packed B-frames, a codec of unknown habits).
  const std::vector<core::MediaTime>& times() const;
  core::MediaDuration duration() const;  // last frame's end; its start when its length is unknown
  const SourceInfo& info() const;

  // `count` frames at uniform_indices() over the frames whose pts lies in [begin, end). When there are fewer frames than
  // `count`, frames repeat; when there are none, the frame shown at `begin` (the last one before it) is repeated.
  // Requires count >= 1, begin <= end. Errors as Source::read.
  core::Result<std::vector<Frame>> sample(core::MediaTime begin, core::MediaTime end, int count);

  // The frames shown at the given times (for each the last frame with pts <= time; the first frame before that).
  // `times` must not fall.
  core::Result<std::vector<Frame>> sample_at(const std::vector<core::MediaTime>& times);

  // Every frame of [begin, end).
  core::Result<std::vector<Frame>> all(core::MediaTime begin, core::MediaTime end);

 private:
  struct Impl;
  explicit ClipSampler(std::unique_ptr<Impl> impl);
  static core::Result<std::unique_ptr<ClipSampler>> open_input(MediaInput input, const ClipSamplerOptions& options);
  std::unique_ptr<Impl> impl_;
};

// `count` indices over 0 … total−1: linspace(0, total − 1, count) truncated to integers, as the uniform temporal subsampling
// of common video libraries does. Requires total >= 1, count >= 1.
std::vector<int> uniform_indices(int total, int count);

}  // namespace vigil::media
