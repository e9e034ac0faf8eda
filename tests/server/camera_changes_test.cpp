// Cameras that are added, renamed and deleted: what becomes of their recordings, and who is told.
#include <chrono>
#include <format>
#include <string>

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "archive/archive.h"
#include "server/served.h"
#include "support/eventually.h"
#include "support/python_server.h"
#include "support/temp_dir.h"

namespace vigil::server {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;
using test::eventually;
using test::HttpClient;
using test::Served;
using testing::HasSubstr;
using testing::IsEmpty;

json camera(const std::string& name) { return {{"name", name}, {"address", "rtsp://127.0.0.1:9/none"}, {"enabled", false}}; }

// A camera that is off and has three recordings, the oldest a day ago.
class RecordedCamera : public testing::Test {
 protected:
  RecordedCamera() {
    auto archive = archive::Archive::open({.folder = folder_ / "data"});
    if (!archive) throw std::runtime_error(archive.error().message);
    id_ = (*archive)->cameras().add({.name = "Yard", .enabled = false}, "rtsp://127.0.0.1:9/none").value();
    for (int i = 0; i < 3; ++i) {
      const archive::WallTime begin = begin_ + i * 4s;
      const std::string key = archive::Recordings::key(id_, begin, begin + 4s);
      (*archive)->files().put_bytes(key, "video").value();
      (*archive)->recordings().add({.camera_id = id_, .begin = begin, .end = begin + 4s, .file = key, .size = 5}).value();
    }
  }

  // Of the three the second alone.
  std::string stretch() const {
    return std::format("/api/v1/cameras/{}/recordings?from={:%FT%T}Z&until={:%FT%T}Z", id_, begin_ + 5s, begin_ + 6s);
  }

  std::size_t files() const {
    std::size_t count = 0;
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "data/files/recordings", none)) {
      count += entry.is_regular_file() ? 1U : 0U;
    }
    return count;
  }

  const test::TempDir folder_;
  const archive::WallTime begin_ = archive::now() - 24h;
  std::int64_t id_ = 0;
};

TEST_F(RecordedCamera, goes_with_its_recordings_only_when_that_is_asked_for) {
  Served server({.data = folder_ / "data"});
  HttpClient admin = server.admin();
  const std::string path = std::format("/api/v1/cameras/{}", id_);
  EXPECT_EQ(admin.remove(path).code(), "has_recordings");
  EXPECT_EQ(admin.remove(path + "?with_recordings=false").code(), "has_recordings");
  EXPECT_EQ(files(), 3U);
  EXPECT_EQ(admin.remove(path + "?with_recordings=true").status, 204);
  EXPECT_EQ(admin.get(path).status, 404);
  EXPECT_EQ(files(), 0U);
  const json deleted = admin.get("/api/v1/audit?action=delete").json()["entries"];
  ASSERT_EQ(deleted.size(), 1U);
  EXPECT_EQ(deleted[0]["object"], std::format("3 recordings of camera {} (Yard)", id_));
}

TEST_F(RecordedCamera, stays_with_all_it_has_while_any_of_it_is_pinned) {
  Served server({.data = folder_ / "data"});
  HttpClient admin = server.admin();
  EXPECT_EQ(admin.patch(stretch(), {{"pinned", true}}).status, 200);
  const std::string path = std::format("/api/v1/cameras/{}?with_recordings=true", id_);
  const test::HttpAnswer refused = admin.remove(path);
  EXPECT_EQ(refused.code(), "pinned_recordings");
  EXPECT_THAT(refused.body, HasSubstr("1 of 3"));
  EXPECT_EQ(files(), 3U);
  EXPECT_EQ(admin.get(std::format("/api/v1/cameras/{}", id_)).status, 200);
  EXPECT_EQ(admin.patch(stretch(), {{"pinned", false}}).status, 200);
  EXPECT_EQ(admin.remove(path).status, 204);
}

TEST_F(RecordedCamera, has_its_recordings_pinned_by_operators_stretch_by_stretch) {
  Served server({.data = folder_ / "data"});
  HttpClient admin = server.admin();
  HttpClient operator_here = server.user("olga", "operator", {id_});
  const test::HttpAnswer answer = operator_here.patch(stretch(), {{"pinned", true}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json changed = answer.json();
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0]["pinned"], true);
  const std::string all =
      std::format("/api/v1/cameras/{}/recordings?from={:%FT%T}Z&until={:%FT%T}Z", id_, begin_ - 1h, begin_ + 1h);
  std::vector<bool> pinned;
  const json kept = admin.get(all).json();
  for (const json& segment : kept) pinned.push_back(segment["pinned"]);
  EXPECT_THAT(pinned, testing::ElementsAre(false, true, false));
  const json told = admin.get("/api/v1/audit?action=pin").json()["entries"];
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0]["user"], "olga");
  EXPECT_THAT(told[0]["object"].get<std::string>(), testing::StartsWith(std::format("recordings of camera {}, ", id_)));
  EXPECT_EQ(operator_here.patch(stretch(), json::object()).status, 422);
  EXPECT_EQ(server.user("vera", "viewer", {id_}).patch(stretch(), {{"pinned", false}}).status, 403);
}

TEST(CameraNames, that_are_used_are_told_apart_from_names_of_users) {
  Served server;
  HttpClient admin = server.admin();
  ASSERT_EQ(admin.post("/api/v1/cameras", camera("Yard")).status, 201);
  ASSERT_EQ(admin.post("/api/v1/cameras", camera("Hall")).status, 201);
  const test::HttpAnswer added = admin.post("/api/v1/cameras", camera("Yard"));
  EXPECT_EQ(added.code(), "camera_name_used");
  EXPECT_EQ(added.json()["field"], "name");
  EXPECT_EQ(admin.patch("/api/v1/cameras/2", {{"name", "Yard"}}).code(), "camera_name_used");
}

// What a broker keeps under a topic, which may be a pattern; empty: nothing.
std::string retained(int port, const std::string& topic) {
  std::string payload;
  CURL* const curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, std::format("mqtt://127.0.0.1:{}/{}", port, topic).c_str());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 2000L);  // it would wait for more
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &payload);
  curl_easy_setopt(
      curl, CURLOPT_WRITEFUNCTION, +[](char* bytes, std::size_t size, std::size_t count, void* to) {
        static_cast<std::string*>(to)->append(bytes, size * count);
        return size * count;
      });
  curl_easy_perform(curl);
  curl_easy_cleanup(curl);
  return payload;
}

TEST(CamerasOfAlerts, are_announced_renamed_and_taken_back_as_they_change) {
  const test::TempDir folder;
  const test::PythonServer broker("mqtt_broker.py", {folder.path().string()});
  Served server;
  HttpClient admin = server.admin();
  const json channel{{"name", "home"}, {"type", "mqtt"}, {"host", "127.0.0.1"}, {"port", broker.port()}};
  const auto set = admin.put("/api/v1/alerts", {{"channels", json::array({channel})}, {"rules", json::array()}});
  ASSERT_EQ(set.status, 200) << set.body;
  std::string announced;
  const auto now_announced = [&](const char* there, const char* gone) {
    announced = retained(broker.port(), "homeassistant/binary_sensor/%2B/violence/config");
    return announced.contains("Hall") && announced.contains(there) && !announced.contains(gone);
  };
  ASSERT_EQ(admin.post("/api/v1/cameras", camera("Hall")).status, 201);
  ASSERT_EQ(admin.post("/api/v1/cameras", camera("Yard")).status, 201);
  EXPECT_TRUE(eventually([&] { return now_announced("Yard", "Garden"); })) << announced;
  ASSERT_EQ(admin.patch("/api/v1/cameras/2", {{"name", "Garden"}}).status, 200);
  EXPECT_TRUE(eventually([&] { return now_announced("Garden", "Yard"); })) << announced;
  ASSERT_EQ(admin.remove("/api/v1/cameras/2").status, 204);
  EXPECT_TRUE(eventually([&] { return now_announced("Hall", "Garden"); })) << announced;
}

}  // namespace
}  // namespace vigil::server
