#include "station/camera_scene.h"

#include "station/camera_address.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/make_media.h"

namespace vigil::station {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(CameraScene, is_what_the_file_of_rules_says) {
  const std::string file = test::read_bytes(VIGIL_SOURCE_DIR "/docs/examples/street-rules.toml");
  const auto scene = scene_of_rules(file, "street-rules.toml");
  ASSERT_TRUE(scene) << scene.error().message;
  const auto read = read_scene(*scene);
  ASSERT_TRUE(read) << read.error().message;
  const auto wanted = behavior::parse_rules(file, "street-rules.toml");
  ASSERT_EQ(read->rules.rules.rules.size(), wanted->rules.rules.size());
  for (std::size_t i = 0; i < wanted->rules.rules.size(); ++i) {
    EXPECT_EQ(read->rules.rules.rules[i].name, wanted->rules.rules[i].name);
  }
  EXPECT_EQ(read->rules.rules.zones.size(), wanted->rules.zones.size());
  EXPECT_EQ(read->rules.privacy_masks.size(), wanted->privacy_masks.size());
}

TEST(CameraScene, keeps_names_with_quotes_and_backslashes) {
  const std::string name = "a \"zone\" \\ of\nmine = [1] #";
  const json scene{{"zones", {{{"name", name}, {"polygon", {{0, 0}, {1, 0}, {1, 1}}}}}}};
  const auto read = read_scene(scene.dump());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->rules.rules.zones[0].name, name);
}

TEST(CameraScene, says_what_is_wrong) {
  const auto message = [](const std::string& text) {
    const auto read = read_scene(text);
    return read ? std::string("nothing") : read.error().message;
  };
  EXPECT_THAT(message("[]"), HasSubstr("JSON object"));
  EXPECT_THAT(message("{"), HasSubstr("not valid"));
  EXPECT_THAT(message(R"({"zone": []})"), HasSubstr("no 'zone'"));
  EXPECT_THAT(message(R"({"threshold": 2})"), HasSubstr("threshold"));
  EXPECT_THAT(message(R"({"rules": [{"name": "x", "kind": "zone", "zone": "nowhere"}]})"), HasSubstr("nowhere"));
  EXPECT_THAT(message(R"({"masks": [{"kind": "privacy", "polygon": [[0, 0], [2, 0], [1, 1]]}]})"), HasSubstr("polygon"));
  EXPECT_EQ(message(kEmptyScene), "nothing");
}

TEST(CameraAddress, is_a_cameras_and_nothing_else) {
  for (const char* good : {"rtsp://user:secret@10.0.0.8/stream", "rtsps://camera", "http://camera/video",
                           "https://camera/video", "/dev/video0", "/dev/video12"}) {
    EXPECT_TRUE(check_camera_address(good, false)) << good;
  }
  for (const char* bad :
       {"", "rtsp://", "file:///etc/passwd", "/etc/passwd", "concat:a|b", "/dev/video", "/dev/sda", "/dev/video0/../sda",
        "rtsp://a b", "rtsp://a\nb", "RTSP://camera", "subfile,,start,0,end,9,,:/etc/passwd"}) {
    EXPECT_FALSE(check_camera_address(bad, false)) << bad;
  }
  EXPECT_THAT(check_camera_address("ftp://ann:secret@host/x", false).error().message, testing::Not(HasSubstr("secret")));
  EXPECT_TRUE(check_camera_address(VIGIL_SOURCE_DIR "/README.md", true));
}

}  // namespace
}  // namespace vigil::station
