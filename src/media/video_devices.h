// The cameras that are plugged into this machine.
//
//   for (const VideoDevice& device : list_video_devices()) offer(device.name, device.path);   // "/dev/video0" for Source
//
// Callable from any thread; asks each device, which takes no time worth mention, and reads nothing of it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vigil::media {

struct VideoDevice {
  std::filesystem::path path;
  std::string name;  // as the device calls itself
};

// What the device of this path calls itself; nothing where it gives no pictures or may not be opened.
std::optional<std::string> camera_name(const std::filesystem::path& path);

// By number. `folder` and `name_of` are for tests.
std::vector<VideoDevice> list_video_devices(
    const std::filesystem::path& folder = "/dev",
    const std::function<std::optional<std::string>(const std::filesystem::path&)>& name_of = camera_name);

}  // namespace vigil::media
