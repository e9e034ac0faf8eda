#include "media/video_devices.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace vigil::media {
namespace {

namespace fs = std::filesystem;

TEST(VideoDevices, lists_cameras_by_number_and_nothing_else) {
  const test::TempDir dir;
  for (const char* name : {"video10", "video2", "video0", "video1", "videos", "null", "video"}) {
    std::ofstream(dir / name) << "no device";
  }
  const auto devices = list_video_devices(dir.path(), [](const fs::path& path) -> std::optional<std::string> {
    // The second node of a camera gives no pictures.
    if (path.filename() == "video1") return std::nullopt;
    return "Camera " + path.filename().string();
  });
  ASSERT_EQ(devices.size(), 3U);
  EXPECT_EQ(devices[0].path, dir / "video0");
  EXPECT_EQ(devices[1].name, "Camera video2");
  EXPECT_EQ(devices[2].path, dir / "video10");
  EXPECT_TRUE(list_video_devices(dir.path()).empty()) << "files are no cameras";
  EXPECT_TRUE(list_video_devices(dir / "nowhere").empty());
}

}  // namespace
}  // namespace vigil::media
