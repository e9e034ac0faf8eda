#include "media/video_devices.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

#include <linux/videodev2.h>
#include <sys/ioctl.h>

namespace vigil::media {
namespace {

namespace fs = std::filesystem;

// 2 of "video2"; nothing of other names.
std::optional<int> number_of(const fs::path& path) {
  constexpr std::string_view kPrefix = "video";
  const std::string name = path.filename().string();
  if (!name.starts_with(kPrefix)) return std::nullopt;
  int number = 0;
  const char* last = name.data() + name.size();
  const auto [end, error] = std::from_chars(name.data() + kPrefix.size(), last, number);
  if (error != std::errc() || end != last) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::string> camera_name(const fs::path& path) {
  const int device = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) return std::nullopt;
  v4l2_capability about{};
  const bool answered = ioctl(device, VIDIOC_QUERYCAP, &about) == 0;
  close(device);
  if (!answered) return std::nullopt;
  // The capabilities of all of a camera's nodes, or of this one, where it says so.
  const auto able = (about.capabilities & V4L2_CAP_DEVICE_CAPS) ? about.device_caps : about.capabilities;
  if (!(able & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE))) return std::nullopt;
  const char* name = reinterpret_cast<const char*>(about.card);
  return std::string(name, strnlen(name, sizeof about.card));
}

std::vector<VideoDevice> list_video_devices(const fs::path& folder,
                                            const std::function<std::optional<std::string>(const fs::path&)>& name_of) {
  std::vector<std::pair<int, VideoDevice>> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const auto number = number_of(entry.path());
    if (!number) continue;
    if (auto name = name_of(entry.path())) found.push_back({*number, {.path = entry.path(), .name = std::move(*name)}});
  }
  std::ranges::sort(found, {}, [](const auto& numbered) { return numbered.first; });
  std::vector<VideoDevice> devices;
  for (auto& [number, device] : found) devices.push_back(std::move(device));
  return devices;
}

}  // namespace vigil::media
