#include "vision/clip_transforms.h"

#include <torch/torch.h>

#include "core/check.h"
#include "media/clip_sampler.h"
#include "vision/clip_geometry.h"
#include "vision/color.h"

namespace vigil::vision {
namespace {

using torch::indexing::Slice;

torch::Tensor per_channel(const std::array<float, 3>& values) {
  return torch::tensor({values[0], values[1], values[2]}).reshape({3, 1, 1, 1});
}

// [H, W, channels] uint8 of one plane; a copy.
torch::Tensor plane_tensor(const media::Plane& plane, int channels) {
  auto* bytes = const_cast<std::uint8_t*>(plane.data);
  return torch::from_blob(bytes, {plane.height_px, plane.width_px, channels}, {plane.stride_bytes, channels, 1},
                          torch::kUInt8)
      .clone();
}

torch::Tensor i420_to_rgb(const media::Frame& frame) {
  const YuvToRgb k = yuv_to_rgb(frame.matrix(), frame.full_range());
  const auto at_full_size = [&](int index) {
    const torch::Tensor chroma = plane_tensor(frame.plane(index), 1).squeeze(2).to(torch::kFloat32) - 128;
    return chroma.repeat_interleave(2, 0).repeat_interleave(2, 1).index(
        {Slice(0, frame.height_px()), Slice(0, frame.width_px())});
  };
  const torch::Tensor y = (plane_tensor(frame.plane(0), 1).squeeze(2).to(torch::kFloat32) - k.offset) * k.luma;
  const torch::Tensor u = at_full_size(1);
  const torch::Tensor v = at_full_size(2);
  const torch::Tensor rgb = torch::stack({y + v * k.v_to_r, y + u * k.u_to_g + v * k.v_to_g, y + u * k.u_to_b});
  return rgb.round().clamp(0, 255).to(torch::kUInt8);
}

}  // namespace

ClipTransform compose(std::vector<ClipTransform> transforms) {
  return [transforms = std::move(transforms)](torch::Tensor clip, core::Rng& rng) {
    for (const ClipTransform& transform : transforms) clip = transform(std::move(clip), rng);
    return clip;
  };
}

ClipTransform uniform_temporal_subsample(int count) {
  return [count](const torch::Tensor& clip, core::Rng&) {
    const std::vector<int> indices = media::uniform_indices(static_cast<int>(clip.size(1)), count);
    return clip.index_select(1, torch::tensor(indices));
  };
}

ClipTransform divide_by_255() {
  return [](const torch::Tensor& clip, core::Rng&) { return clip.to(torch::kFloat32) / 255.0; };
}

ClipTransform normalize(std::array<float, 3> mean, std::array<float, 3> stddev) {
  return [=](const torch::Tensor& clip, core::Rng&) { return (clip - per_channel(mean)) / per_channel(stddev); };
}

ClipTransform random_short_side_scale(int min_px, int max_px) {
  return [=](const torch::Tensor& clip, core::Rng& rng) {
    const auto short_side = static_cast<int>(core::uniform_int(rng, min_px, max_px));
    const PixelSize size =
        scaled_size({.width_px = static_cast<int>(clip.size(3)), .height_px = static_cast<int>(clip.size(2))}, short_side);
    const auto options = torch::nn::functional::InterpolateFuncOptions()
                             .size(std::vector<std::int64_t>{size.height_px, size.width_px})
                             .mode(torch::kBilinear)
                             .align_corners(false);
    return torch::nn::functional::interpolate(clip, options);
  };
}

ClipTransform center_crop(int size_px) {
  return [size_px](const torch::Tensor& clip, core::Rng&) {
    const int top = center_crop_offset(static_cast<int>(clip.size(2)), size_px);
    const int left = center_crop_offset(static_cast<int>(clip.size(3)), size_px);
    return clip.slice(2, top, top + size_px).slice(3, left, left + size_px).contiguous();
  };
}

ClipTransform random_horizontal_flip(double probability) {
  return [probability](torch::Tensor clip, core::Rng& rng) { return core::chance(rng, probability) ? clip.flip(3) : clip; };
}

ClipTransform training_transform(const ClipInput& input) {
  return compose({uniform_temporal_subsample(input.frames), divide_by_255(), normalize(input.mean, input.stddev),
                  random_short_side_scale(input.short_side_min_px, input.short_side_max_px), center_crop(input.crop_px),
                  random_horizontal_flip(input.flip_probability)});
}

torch::Tensor frames_to_tensor(std::span<const media::Frame> frames) {
  VIGIL_CHECK(!frames.empty(), "a clip has frames");
  std::vector<torch::Tensor> pictures;
  for (const media::Frame& frame : frames) {
    const bool interleaved = frame.format() == media::PixelFormat::kRgb24;
    VIGIL_CHECK(interleaved || frame.format() == media::PixelFormat::kI420, "frames of a clip are I420 or RGB");
    pictures.push_back(interleaved ? plane_tensor(frame.plane(0), 3).permute({2, 0, 1}) : i420_to_rgb(frame));
  }
  return torch::stack(pictures, 1);
}

}  // namespace vigil::vision
