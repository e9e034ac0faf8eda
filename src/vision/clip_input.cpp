#include "vision/clip_input.h"

#include <charconv>
#include <format>
#include <string_view>

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;

Status in_range(std::string_view field, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  return fail(ErrorCode::kInvalidArgument, std::format("{} = {}: must lie in {} to {}", field, value, low, high));
}

using Metadata = std::map<std::string, std::string>;

// Reads fields until the first one that is missing or not a number; the rest are then left alone.
class Fields {
 public:
  explicit Fields(const Metadata& metadata) : metadata_(metadata) {}

  template <typename T>
  Fields& read(const std::string& key, T& into) {
    if (!status_) return *this;
    const auto found = metadata_.find(key);
    if (found == metadata_.end()) {
      status_ = fail(ErrorCode::kUnreadable, std::format("the weights' metadata lacks the field '{}'", key));
      return *this;
    }
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    if (error != std::errc{} || end != text.data() + text.size()) {
      status_ = fail(ErrorCode::kUnreadable, std::format("the weights' metadata field '{}' = '{}' is no number", key, text));
    }
    return *this;
  }

  const Status& status() const { return status_; }

 private:
  const Metadata& metadata_;
  Status status_;
};

constexpr std::array<std::string_view, 3> kChannels = {"r", "g", "b"};

}  // namespace

Status ClipInput::validate() const {
  Status status = in_range("clip_seconds", window.seconds(), 0.04, 60);
  if (status) status = in_range("frames", frames, 1, 256);
  if (status) status = in_range("short_side_min", short_side_min_px, 8, 2048);
  if (status) status = in_range("short_side_max", short_side_max_px, short_side_min_px, 2048);
  if (status) status = in_range("crop", crop_px, 8, short_side_min_px);
  for (std::size_t channel = 0; channel < mean.size(); ++channel) {
    if (status) status = in_range("mean", mean[channel], -10, 10);
    if (status) status = in_range("std", stddev[channel], 1e-6, 1e6);
  }
  if (status) status = in_range("flip_probability", flip_probability, 0, 1);
  return status;
}

void to_metadata(const ClipInput& input, Metadata& metadata) {
  metadata["input.window_us"] = std::format("{}", input.window.us());
  metadata["input.frames"] = std::format("{}", input.frames);
  metadata["input.short_side_min_px"] = std::format("{}", input.short_side_min_px);
  metadata["input.short_side_max_px"] = std::format("{}", input.short_side_max_px);
  metadata["input.crop_px"] = std::format("{}", input.crop_px);
  for (std::size_t channel = 0; channel < kChannels.size(); ++channel) {
    metadata[std::format("input.mean.{}", kChannels[channel])] = std::format("{}", input.mean[channel]);
    metadata[std::format("input.std.{}", kChannels[channel])] = std::format("{}", input.stddev[channel]);
  }
  metadata["input.flip_probability"] = std::format("{}", input.flip_probability);
}

Result<ClipInput> clip_input_from_metadata(const Metadata& metadata) {
  ClipInput input;
  std::int64_t window_us = 0;
  Fields fields(metadata);
  fields.read("input.window_us", window_us)
      .read("input.frames", input.frames)
      .read("input.short_side_min_px", input.short_side_min_px)
      .read("input.short_side_max_px", input.short_side_max_px)
      .read("input.crop_px", input.crop_px)
      .read("input.flip_probability", input.flip_probability);
  for (std::size_t channel = 0; channel < kChannels.size(); ++channel) {
    fields.read(std::format("input.mean.{}", kChannels[channel]), input.mean[channel]);
    fields.read(std::format("input.std.{}", kChannels[channel]), input.stddev[channel]);
  }
  if (!fields.status()) return std::unexpected(fields.status().error());
  input.window = core::MediaDuration::from_us(window_us);
  if (auto valid = input.validate(); !valid) {
    return fail(ErrorCode::kUnreadable, "the weights' metadata: " + valid.error().message);
  }
  return input;
}

}  // namespace vigil::vision
