// Who may do what: every operation of openapi.json, for every role, with and without permission for the camera.
#include <filesystem>
#include <format>
#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "archive/archive.h"
#include "server/served.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::server {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::HttpAnswer;
using test::HttpClient;

json api() { return json::parse(test::read_bytes(VIGIL_SOURCE_DIR "/src/server/openapi.json")); }

struct Operation {
  std::string method, path, access, camera;
  bool operator<(const Operation& other) const {
    return std::tie(path, method, access, camera) < std::tie(other.path, other.method, other.access, other.camera);
  }
  bool operator==(const Operation&) const = default;
};

void PrintTo(const Operation& one, std::ostream* out) {
  *out << one.method << ' ' << one.path << " (" << one.access << ", camera: " << one.camera << ")";
}

std::set<Operation> described() {
  std::set<Operation> all;
  const json document = api();
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      all.insert({.method = method,
                  .path = path,
                  .access = operation.at("x-vigil-access"),
                  .camera = operation.value("x-vigil-camera", "")});
    }
  }
  return all;
}

TEST(OpenApi, describes_every_route_as_it_is) {
  const test::TempDir folder;
  const json routes = json::parse(test::run_program({VIGIL_TEST_SERVER, "--routes", "--data", (folder / "data").string()}));
  std::set<Operation> served;
  for (const json& route : routes) {
    if (route["outside_api"]) continue;
    served.insert({.method = route["method"], .path = route["path"], .access = route["access"], .camera = route["camera"]});
  }
  EXPECT_EQ(served, described());
}

TEST(OpenApi, is_served_and_names_a_schema_for_each_reference) {
  test::Served server;
  const HttpAnswer answer = server.nobody().get("/api/v1/openapi.json");
  EXPECT_EQ(answer.json(), api());
  const std::string text = answer.body;
  const json document = api();
  for (std::size_t at = text.find("\"#/"); at != std::string::npos; at = text.find("\"#/", at + 1)) {
    const std::string pointer = text.substr(at + 2, text.find('"', at + 1) - at - 2);
    EXPECT_TRUE(document.contains(json::json_pointer(pointer))) << pointer;
  }
}

// Two cameras of which users may see one, an event of each and one of an upload, recordings, uploads of two people.
class Access : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new test::TempDir();
    const fs::path data = *folder_ / "data";
    {
      auto archive = archive::Archive::open({.folder = data});
      ASSERT_TRUE(archive) << archive.error().message;
      std::ofstream(*folder_ / "clip.mp4") << "a clip";
      for (const char* name : {"seen", "unseen"}) {
        const auto camera = (*archive)->cameras().add({.name = name, .enabled = false}, "rtsp://127.0.0.1:9/none");
        ASSERT_TRUE(camera);
        add_event(**archive, name, *camera);
      }
      add_event(**archive, "upload", std::nullopt);
    }
    server_ = new test::Served({.data = data});
    admin_ = new HttpClient(server_->admin());
    viewer_ = new HttpClient(server_->user("vera", "viewer", {1}));
    operator_ = new HttpClient(server_->user("otto", "operator", {1}));
    for (HttpClient* owner : {admin_, operator_}) {
      const auto created = owner->send(
          {.method = "POST", .path = "/api/v1/uploads", .headers = {"Tus-Resumable: 1.0.0", "Upload-Length: 1000"}});
      ASSERT_EQ(created.status, 201) << created.body;
    }
  }
  static void TearDownTestSuite() {
    delete operator_;
    delete viewer_;
    delete admin_;
    delete server_;
    delete folder_;
  }

  static void add_event(archive::Archive& archive, const std::string& uid, std::optional<std::int64_t> camera) {
    const auto id = archive.event_store().add({.uid = uid,
                                               .camera_id = camera,
                                               .source = uid,
                                               .kind = "violence",
                                               .begin = archive::now(),
                                               .end = archive::now(),
                                               .people = {{.track_id = 1, .score = 0.9}}},
                                              {{"clip.mp4", *folder_ / "clip.mp4"}});
    ASSERT_TRUE(id) << id.error().message;
  }

  // The path with its parts filled in: {id} is of something that belongs to the camera "seen" (or the caller), or does not.
  static std::string fill(const Operation& operation, bool permitted, bool as_operator) {
    std::string path = "/api/v1" + operation.path;
    const auto replace = [&](const std::string& part, const std::string& value) {
      const std::size_t at = path.find(part);
      if (at != std::string::npos) path.replace(at, part.size(), value);
    };
    std::string id = permitted ? "1" : "2";
    if (operation.camera == "job") id = permitted == as_operator ? "2" : "1";  // 1 is the administrator's
    if (operation.camera.empty()) id = "1";
    replace("{id}", id);
    for (const char* part : {"{person}", "{segment}", "{channel}"}) replace(part, "1");
    replace("{name}", "clip.mp4");
    replace("{run}", "none");
    return path;
  }

  static HttpAnswer ask(HttpClient& client, const Operation& operation, const std::string& path) {
    std::string method = operation.path.ends_with("/mjpeg") ? "head" : operation.method;  // its body has no end
    std::ranges::transform(method, method.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return client.send({.method = method, .path = path});
  }

  static bool is_socket(const Operation& operation) {
    return operation.path.contains("live/") || operation.path == "/updates";
  }
  static bool changes(const Operation& operation) { return operation.method == "delete"; }

  static inline test::TempDir* folder_ = nullptr;
  static inline test::Served* server_ = nullptr;
  static inline HttpClient* admin_ = nullptr;
  static inline HttpClient* viewer_ = nullptr;
  static inline HttpClient* operator_ = nullptr;
};

TEST_F(Access, nobody_gets_in_without_logging_in) {
  HttpClient nobody = server_->nobody();
  int asked = 0;
  for (const Operation& operation : described()) {
    if (operation.access == "public") continue;
    ++asked;
    EXPECT_EQ(ask(nobody, operation, fill(operation, true, false)).status, 401) << operation.method << ' ' << operation.path;
  }
  EXPECT_GT(asked, 50);
  EXPECT_EQ(nobody.get("/metrics").status, 401);
}

TEST_F(Access, what_needs_a_higher_role_is_forbidden) {
  for (const Operation& operation : described()) {
    const bool for_operators = operation.access == "operator", for_admins = operation.access == "admin";
    if (for_operators || for_admins) {
      EXPECT_EQ(ask(*viewer_, operation, fill(operation, true, false)).status, 403) << operation.method << operation.path;
    }
    if (for_admins) {
      EXPECT_EQ(ask(*operator_, operation, fill(operation, true, true)).status, 403) << operation.method << operation.path;
    }
  }
}

TEST_F(Access, what_belongs_to_a_camera_that_one_may_not_see_is_not_there) {
  int asked = 0;
  for (const Operation& operation : described()) {
    if (operation.camera.empty() || operation.camera == "list") continue;
    ++asked;
    const std::string path = fill(operation, false, true);
    for (HttpClient* client : {operator_, viewer_}) {
      const bool low = operation.access == "admin" || (operation.access == "operator" && client == viewer_);
      EXPECT_EQ(ask(*client, operation, path).status, low ? 403 : 404) << operation.method << ' ' << path;
    }
  }
  EXPECT_GE(asked, 20);
}

TEST_F(Access, what_is_permitted_is_let_in) {
  for (const Operation& operation : described()) {
    if (changes(operation) || operation.path == "/session") continue;
    const bool for_admins = operation.access == "admin";
    HttpClient& client = operation.access == "viewer" ? *viewer_ : for_admins ? *admin_ : *operator_;
    const std::string path = fill(operation, true, !for_admins);
    const HttpAnswer answer = ask(client, operation, path);
    EXPECT_NE(answer.status, 401) << path << answer.body;
    EXPECT_NE(answer.status, 403) << path << answer.body;
    EXPECT_LT(answer.status, 500) << path << answer.body;
    EXPECT_EQ(answer.status == 426, is_socket(operation)) << path;
  }
}

TEST_F(Access, lists_hold_only_what_one_may_see) {
  const auto sources = [](HttpClient& client, const std::string& query) {
    std::set<std::string> names;
    const json page = client.get("/api/v1/events" + query).json();
    for (const json& event : page["events"]) names.insert(event["source"]);
    return names;
  };
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(sources(*viewer_, ""), ElementsAre("seen"));
  EXPECT_THAT(sources(*viewer_, "?camera=1,2"), ElementsAre("seen"));
  EXPECT_THAT(sources(*viewer_, "?uploads=true"), IsEmpty());
  EXPECT_THAT(sources(*operator_, ""), ElementsAre("seen", "upload"));
  EXPECT_THAT(sources(*operator_, "?uploads=true"), ElementsAre("upload"));
  EXPECT_THAT(sources(*operator_, "?camera=2"), IsEmpty());
  EXPECT_THAT(sources(*admin_, ""), ElementsAre("seen", "unseen", "upload"));
  EXPECT_THAT(sources(*admin_, "?uploads=false"), ElementsAre("seen", "unseen"));
  EXPECT_EQ(viewer_->get("/api/v1/cameras").json().size(), 1U);
  EXPECT_EQ(admin_->get("/api/v1/cameras").json().size(), 2U);
}

TEST_F(Access, addresses_of_cameras_are_for_administrators_and_without_secrets) {
  EXPECT_EQ(viewer_->get("/api/v1/cameras/1").json()["address"], "");
  EXPECT_NE(admin_->get("/api/v1/cameras/1").json()["address"], "");
}

TEST_F(Access, changes_need_the_csrf_token_and_no_foreign_page) {
  HttpClient forged = *operator_;
  forged.csrf_token.clear();
  EXPECT_EQ(forged.patch("/api/v1/events/1", {{"note", "x"}}).code(), "csrf");
  forged.csrf_token = "another one";
  EXPECT_EQ(forged.patch("/api/v1/events/1", {{"note", "x"}}).code(), "csrf");
  const HttpAnswer foreign = operator_->send({.method = "PATCH",
                                              .path = "/api/v1/events/1",
                                              .body = R"({"note": "x"})",
                                              .headers = {"Origin: https://evil.example"}});
  EXPECT_EQ(foreign.code(), "foreign_origin");
  EXPECT_EQ(operator_->patch("/api/v1/events/1", {{"note", "mine"}}).status, 200);
}

TEST_F(Access, programs_have_the_rights_of_their_user_until_the_token_goes) {
  HttpClient owner = *viewer_;
  const json created = owner.post("/api/v1/me/tokens", {{"name", "script"}}).json();
  HttpClient program = server_->nobody();
  program.bearer = created["token"];
  EXPECT_EQ(program.get("/api/v1/events/1").status, 200);
  EXPECT_EQ(program.get("/api/v1/events/2").status, 404);
  EXPECT_EQ(program.get("/api/v1/users").status, 403);
  EXPECT_EQ(program.post("/api/v1/me/tokens", {{"name", "more"}}).status, 403);
  EXPECT_EQ(owner.remove(std::format("/api/v1/me/tokens/{}", created["id"].get<int>())).status, 204);
  EXPECT_EQ(program.get("/api/v1/events/1").status, 401);
}

TEST_F(Access, media_lead_nowhere_else) {
  EXPECT_EQ(viewer_->get("/api/v1/events/1/files/clip.mp4").body, "a clip");
  for (const char* name : {"../clip.mp4", "%2e%2e/clip.mp4", "..%2fclip.mp4", "..%2f..%2f..%2f..%2f..%2fvigil.db", ".hidden",
                           "%00", "clip.mp4%00.jpg", "....//clip.mp4", "/etc/passwd", "event.json/.."}) {
    const int status = viewer_->get(std::string("/api/v1/events/1/files/") + name).status;
    EXPECT_TRUE(status == 404 || status == 400) << name << ": " << status;
  }
  for (const char* path :
       {"/../vigil.db", "/%2e%2e/vigil.db", "/assets/../../vigil.db", "//etc/passwd", "/vigil.db", "/secret.key"}) {
    const HttpAnswer answer = admin_->get(path);
    EXPECT_TRUE(answer.status == 404 || answer.status == 400 || answer.status == 403) << path << ": " << answer.status;
  }
}

TEST_F(Access, hostile_searches_find_nothing_and_break_nothing) {
  const std::vector<std::string> hostile{
      "'",     "\"",       "1; DROP TABLE events", "' OR '1'='1", "%27%20OR%201=1--",     "\\",    "%00", "*",   "%", "(",
      "NEAR(", "a\" OR b", std::string(5000, 'a'), "-1",          "99999999999999999999", "1e999", "NaN", "null"};
  for (const char* field : {"from", "until", "camera", "uploads", "job", "kind", "review", "pinned", "least_score", "person",
                            "words", "after", "count", "oldest_first", "utc_offset_min"}) {
    for (const std::string& value : hostile) {
      std::string encoded;
      for (const unsigned char c : value) encoded += c == '%' ? "%" : std::format("%{:02X}", c);
      for (const char* path : {"/api/v1/events", "/api/v1/audit", "/api/v1/events/days"}) {
        const HttpAnswer answer = admin_->get(std::format("{}?{}={}", path, field, encoded));
        EXPECT_LT(answer.status, 500) << path << ' ' << field << '=' << value << ": " << answer.body;
      }
    }
  }
  EXPECT_EQ(admin_->get("/api/v1/events").json()["events"].size(), 3U);
}

TEST_F(Access, malformed_and_oversize_bodies_are_refused) {
  const auto patch = [&](const std::string& body) {
    return operator_->send(
        {.method = "PATCH", .path = "/api/v1/events/1", .body = body, .headers = {"Content-Type: application/json"}});
  };
  EXPECT_EQ(patch("{").status, 400);
  EXPECT_EQ(patch("[]").status, 400);
  EXPECT_EQ(patch("\xff\xfe").status, 400);
  EXPECT_EQ(patch(std::string(100'000, '[')).status, 400);
  EXPECT_EQ(patch(R"({"note": 3})").status, 422);
  EXPECT_EQ(patch(R"({"surprise": 3})").code(), "unknown_field");
  EXPECT_EQ(patch(R"({"note": ")" + std::string(2 << 20, 'a') + "\"}").status, 413);
  EXPECT_EQ(operator_->get("/api/v1/events/1").status, 200);
}

TEST_F(Access, hostile_names_come_back_as_they_were) {
  const std::string name = "<script>alert(1)</script>\"'&";
  ASSERT_EQ(admin_->patch("/api/v1/cameras/1", {{"name", name}}).status, 200);
  const HttpAnswer answer = admin_->get("/api/v1/cameras/1");
  EXPECT_EQ(answer.json()["name"], name);
  EXPECT_THAT(answer.headers.at("content-type"), testing::StartsWith("application/json"));
  EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
  EXPECT_THAT(answer.headers.at("content-security-policy"), testing::HasSubstr("default-src 'self'"));
}

TEST_F(Access, reading_and_changing_is_written_down) {
  viewer_->get("/api/v1/events/1");
  const json entries = admin_->get("/api/v1/audit?user=vera&action=view").json()["entries"];
  ASSERT_FALSE(entries.empty());
  EXPECT_EQ(entries[0]["object"], "event 1");
}

}  // namespace
}  // namespace vigil::server
