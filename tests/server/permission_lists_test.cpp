// What is listed, counted and told as it happens holds nothing of what the caller may not see; nor do recordings.
#include <chrono>
#include <format>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "server/permission_world.h"
#include "server/socket_client.h"
#include "server/tus.h"
#include "support/eventually.h"

namespace vigil::server {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::eventually;
using test::HttpAnswer;
using test::HttpClient;
using test::kHidden;
using test::SocketClient;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr const char* kYard = "sesame yard";  // the camera that is not seen
constexpr const char* kShed = "sesame shed";  // the one that was deleted
constexpr const char* kFilm = "film.mp4";

class Lists : public testing::Test {
 protected:
  std::string event(std::int64_t id) const { return std::format("/api/v1/events/{}", id); }

  static std::set<std::string> sources(HttpClient& client, const std::string& query) {
    std::set<std::string> names;
    const json page = client.get("/api/v1/events" + query).json();
    for (const json& one : page.at("events")) names.insert(one.at("source"));
    return names;
  }

  test::World world_;
  HttpClient viewer_ = world_.as("viewer"), operator_ = world_.as("operator"), admin_ = world_.as("admin");
};

TEST_F(Lists, of_events_hold_what_one_may_see_whatever_is_asked_for) {
  const std::string both = std::format("?camera={},{}", world_.seen().camera, world_.unseen().camera);
  EXPECT_THAT(sources(viewer_, ""), ElementsAre("seen"));
  EXPECT_THAT(sources(viewer_, both), ElementsAre("seen"));
  EXPECT_THAT(sources(viewer_, "?uploads=true"), IsEmpty());
  EXPECT_THAT(sources(viewer_, "?uploads=false"), ElementsAre("seen"));
  EXPECT_THAT(sources(viewer_, "?job=1"), IsEmpty());
  EXPECT_THAT(sources(viewer_, "?person=1"), ElementsAre("seen"));
  EXPECT_THAT(sources(viewer_, std::string("?words=") + kHidden), IsEmpty());

  EXPECT_THAT(sources(operator_, ""), UnorderedElementsAre("seen", kFilm));
  EXPECT_THAT(sources(operator_, both), ElementsAre("seen"));
  EXPECT_THAT(sources(operator_, "?uploads=true"), ElementsAre(kFilm));
  EXPECT_THAT(sources(operator_, "?uploads=false"), ElementsAre("seen"));
  EXPECT_THAT(sources(operator_, "?job=1"), ElementsAre(kFilm));
  EXPECT_THAT(sources(operator_, std::format("?camera={}", world_.unseen().camera)), IsEmpty());
  EXPECT_THAT(sources(operator_, std::string("?words=") + kHidden), IsEmpty());

  EXPECT_THAT(sources(admin_, ""), UnorderedElementsAre("seen", kFilm, kYard, kShed));
  EXPECT_THAT(sources(admin_, both), UnorderedElementsAre("seen", kYard));
  EXPECT_THAT(sources(admin_, "?uploads=true"), testing::AllOf(Contains(kFilm), Not(Contains("seen"))));
  EXPECT_THAT(sources(admin_, "?uploads=false"), testing::AllOf(Contains("seen"), Contains(kYard), Not(Contains(kFilm))));
  EXPECT_THAT(sources(admin_, std::string("?words=") + kHidden), UnorderedElementsAre(kYard, kShed));
}

TEST_F(Lists, of_days_count_what_one_may_see) {
  const auto counted = [](HttpClient& client, const std::string& more) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const std::string path = std::format("/api/v1/events/days?from={:%FT%T}Z&until={:%FT%T}Z{}", now - 48h, now + 1h, more);
    int events = 0;
    const json answer = client.get(path).json();
    for (const json& day : answer.at("days")) events += day.at("events").get<int>();
    return events;
  };
  const std::string both = std::format("&camera={},{}", world_.seen().camera, world_.unseen().camera);
  EXPECT_EQ(counted(viewer_, ""), 1);
  EXPECT_EQ(counted(viewer_, both), 1);
  EXPECT_EQ(counted(viewer_, "&uploads=true"), 0);
  EXPECT_EQ(counted(operator_, ""), 2);
  EXPECT_EQ(counted(operator_, both), 1);
  EXPECT_EQ(counted(operator_, "&uploads=true"), 1);
  EXPECT_EQ(counted(admin_, ""), 4);
  EXPECT_EQ(counted(admin_, both), 2);
}

TEST_F(Lists, of_cameras_and_their_figures_hold_what_one_may_see) {
  const auto cameras = [](HttpClient& client) {
    std::set<std::string> names;
    const json all = client.get("/api/v1/cameras").json();
    for (const json& camera : all) names.insert(camera.at("name"));
    return names;
  };
  EXPECT_THAT(cameras(viewer_), ElementsAre("seen"));
  EXPECT_THAT(cameras(operator_), ElementsAre("seen"));
  EXPECT_THAT(cameras(admin_), UnorderedElementsAre("seen", kYard));

  HttpClient nobody = world_.as("nobody");
  EXPECT_EQ(nobody.get("/metrics").status, 401);
  EXPECT_EQ(viewer_.get("/metrics").status, 403);
  EXPECT_THAT(operator_.get("/metrics").body, testing::AllOf(HasSubstr("camera=\"seen\""), Not(HasSubstr(kHidden))));
  EXPECT_THAT(admin_.get("/metrics").body, testing::AllOf(HasSubstr("camera=\"seen\""), HasSubstr(kYard)));
}

TEST_F(Lists, of_rules_of_retention_hold_those_of_cameras_that_one_may_see) {
  const auto rules = [](HttpClient& client) {
    std::vector<std::int64_t> cameras;  // of each rule; 0: all others
    const json answer = client.get("/api/v1/retention").json();
    for (const json& rule : answer.at("rules")) cameras.push_back(rule.value("camera_id", std::int64_t{0}));
    return cameras;
  };
  const auto sentences = [](HttpClient& client) {
    return client.get("/api/v1/retention").json().at("in_force").get<std::vector<std::string>>();
  };
  const auto of = [](std::int64_t camera) { return Contains(HasSubstr(std::format("of camera {} ", camera))); };
  const std::int64_t seen = world_.seen().camera, unseen = world_.unseen().camera;
  EXPECT_THAT(rules(admin_), ElementsAre(0, seen, unseen));
  EXPECT_THAT(sentences(admin_), testing::AllOf(testing::SizeIs(4), of(seen), of(unseen)));
  for (HttpClient* client : {&viewer_, &operator_}) {
    EXPECT_THAT(rules(*client), ElementsAre(0, seen));
    EXPECT_THAT(sentences(*client), testing::AllOf(testing::SizeIs(3), of(seen), Not(of(unseen))))
        << "these, that of all others, and the reserve";
  }
}

TEST_F(Lists, of_uploads_hold_ones_own) {
  const auto jobs = [](HttpClient& client) {
    std::set<std::int64_t> ids;
    const json all = client.get("/api/v1/jobs").json();
    for (const json& job : all) ids.insert(job.at("id").get<std::int64_t>());
    return ids;
  };
  EXPECT_EQ(viewer_.get("/api/v1/jobs").status, 403);
  EXPECT_THAT(jobs(operator_), ElementsAre(world_.operators_upload()));
  EXPECT_THAT(jobs(admin_), testing::IsSupersetOf({world_.operators_upload(), world_.admins_upload()}));
}

// What a socket is told from the moment it listens until an event is removed: "event 3", "job 2", …
class Listener {
 public:
  Listener(const std::string& url, const HttpClient& client) : socket_(url, "/api/v1/updates", client) {}

  // The answer to the handshake comes a moment before the server listens for it. `poke` is something that it is told of.
  void wait_until_told(const std::function<void()>& poke) {
    ASSERT_EQ(socket_.status(), 101);
    ASSERT_TRUE(eventually([&] {
      poke();
      return socket_.next(200ms).has_value();
    }));
  }

  std::set<std::string> told_until_removed(std::int64_t event) {
    std::set<std::string> told;
    bool removed = false;
    EXPECT_TRUE(eventually([&] {
      while (const auto message = socket_.next(200ms)) {
        const json line = json::parse(message->bytes, nullptr, false);
        told.insert(std::format("{} {}", line.value("type", "?"), line.value("id", std::int64_t{0})));
        removed = removed || (line.value("change", "") == "removed" && line.value("id", std::int64_t{0}) == event);
      }
      return removed;
    }));
    return told;
  }

 private:
  SocketClient socket_;
};

TEST_F(Lists, of_news_hold_what_one_may_see) {
  const std::int64_t seen = world_.seen().event;
  Listener viewers(world_.server().url(), viewer_), operators(world_.server().url(), operator_),
      admins(world_.server().url(), admin_);
  for (Listener* listener : {&viewers, &operators, &admins}) {
    listener->wait_until_told([&] { admin_.patch(event(seen), {{"note", "again"}}); });
  }
  for (const std::int64_t id : {world_.unseen().event, world_.orphaned_event(), world_.upload_event()}) {
    ASSERT_EQ(admin_.patch(event(id), {{"note", "told"}}).status, 200);
  }
  ASSERT_EQ(admin_.patch(std::format("/api/v1/cameras/{}", world_.unseen().camera), {{"recording", true}}).status, 200);
  const auto upload = [](HttpClient& client) {
    const std::string location = test::begin_upload(client, 1000).headers.at("location");
    return "job " + location.substr(location.rfind('/') + 1);
  };
  const std::string admins_job = upload(admin_), operators_job = upload(operator_);
  ASSERT_EQ(admin_.remove(event(seen)).status, 204);

  const auto of_event = [](std::int64_t id) { return std::format("event {}", id); };
  const std::string camera = std::format("camera {}", world_.unseen().camera);
  EXPECT_THAT(viewers.told_until_removed(seen), UnorderedElementsAre(of_event(seen)));
  EXPECT_THAT(operators.told_until_removed(seen),
              UnorderedElementsAre(of_event(seen), of_event(world_.upload_event()), operators_job));
  EXPECT_THAT(admins.told_until_removed(seen),
              UnorderedElementsAre(of_event(seen), of_event(world_.unseen().event), of_event(world_.orphaned_event()),
                                   of_event(world_.upload_event()), camera, admins_job, operators_job));
}

class Recordings : public Lists {
 protected:
  std::string camera() const { return std::format("/api/v1/cameras/{}", world_.seen().camera); }
  std::string segment(std::int64_t id) const { return std::format("{}/recordings/{}", camera(), id); }
  std::string list() const {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return std::format("{}/recordings?from={:%FT%T}Z&until={:%FT%T}Z", camera(), now - 24h, now + 1h);
  }
};

TEST_F(Recordings, of_another_camera_are_not_had_by_the_address_of_a_permitted_one) {
  for (HttpClient* client : {&viewer_, &operator_, &admin_}) {
    EXPECT_EQ(client->get(segment(world_.seen().segment)).body, "seen");
    const HttpAnswer other = client->get(segment(world_.unseen().segment));
    EXPECT_EQ(other.status, 404);
    EXPECT_THAT(other.body, Not(HasSubstr(kHidden)));
    EXPECT_EQ(client->get(list()).json().size(), 1U);
  }
}

TEST_F(Recordings, of_a_camera_with_privacy_masks_are_for_administrators) {
  const json everything = {{"kind", "privacy"}, {"polygon", {{0, 0}, {1, 0}, {1, 1}, {0, 1}}}};
  const json scene = {{"zones", json::array()},
                      {"lines", json::array()},
                      {"rules", json::array()},
                      {"masks", json::array({everything})},
                      {"threshold", nullptr}};
  const HttpAnswer masked = admin_.patch(camera(), {{"scene", scene}});
  ASSERT_EQ(masked.status, 200) << masked.body;
  for (const std::string& path :
       {list(), segment(world_.seen().segment), segment(world_.seen().segment) + "?download=true"}) {
    for (HttpClient* client : {&viewer_, &operator_}) {
      const HttpAnswer answer = client->get(path);
      EXPECT_EQ(answer.status, 403) << path;
      EXPECT_EQ(answer.code(), "masked") << path;
    }
    EXPECT_EQ(admin_.get(path).status, 200) << path;
  }
}

}  // namespace
}  // namespace vigil::server
