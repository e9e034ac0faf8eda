#include "station/camera_address.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <format>
#include <string_view>

#include "core/log.h"

namespace vigil::station {
namespace {

constexpr std::array<std::string_view, 4> kSchemes{"rtsp://", "rtsps://", "http://", "https://"};
constexpr std::string_view kDevice = "/dev/video";
constexpr std::size_t kLongest = 2000;

bool is_device(std::string_view address) {
  if (!address.starts_with(kDevice)) return false;
  address.remove_prefix(kDevice.size());
  return !address.empty() && address.size() <= 3 &&
         std::ranges::all_of(address, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

core::Status check_camera_address(const std::string& address, bool stored) {
  const bool printable = std::ranges::all_of(address, [](unsigned char c) { return c > 0x20 && c != 0x7f; });
  if (address.size() <= kLongest && printable) {
    for (const std::string_view scheme : kSchemes) {
      if (address.starts_with(scheme) && address.size() > scheme.size()) return {};
    }
    if (is_device(address)) return {};
    std::error_code ignored;
    if (stored && address.starts_with('/') && std::filesystem::is_regular_file(address, ignored)) return {};
  }
  return core::fail(
      core::ErrorCode::kInvalidArgument,
      std::format("'{}' is no camera's address: it begins with rtsp://, rtsps://, http:// or https://, or is a "
                  "device such as /dev/video0",
                  core::redact_url(address.substr(0, kLongest))));
}

}  // namespace vigil::station
