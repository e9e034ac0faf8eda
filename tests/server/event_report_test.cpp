// The page of an event as it is downloaded: what was stored, with what people said since.
#include "server/event_report.h"

#include "report/report_page.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "archive/blob_store.h"
#include "archive/event_store.h"
#include "server/problem.h"
#include "support/temp_dir.h"

namespace vigil::server {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

json person(int id) {
  return {{"id", id}, {"score", 0.9}, {"crops", {{{"file", std::format("person-{}-1.jpg", id)}, {"time_s", 1.5}}}}};
}

// In the picture at that time: violent, with a score.
json boxes_at(double time) {
  const auto box = [](int id) { return json{id, 10.0, 20.0, 30.0, 60.0, 0.8, 1, 1, nullptr}; };
  return {time, {box(1), box(2)}};
}

class EventReport : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = archive::DiskBlobs::open(folder_ / "files");
    ASSERT_TRUE(opened) << opened.error().message;
    files_ = std::move(*opened);
    const json figures = {{"source", {{"title", "Yard <north>"}}},
                          {"events",
                           {{{"id", 7},
                             {"notes", {"No face could be found."}},
                             {"people", {person(1), person(2)}},
                             {"boxes", {boxes_at(1), boxes_at(1.5)}},
                             {"boxes_file", "clips/event-001.boxes.jsonl"},
                             {"clip", {{"file", "clip.mp4"}}}}}},
                          {"files", {{"events", "events.jsonl"}, {"report", "report.html"}}}};
    put(kReportFile, report::render_report(report::ReportKind::kEvent, "Yard <north>, event 7", figures.dump()));
    put("clip.mp4", "the clip");
    put("person-1-1.jpg", "the first one");
    put("person-2-1.jpg", "the other one");
  }
  void put(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(files_->put_bytes(archive::EventStore::key(event_, name), bytes));
  }

  // What a page shows of its event.
  static json shown_in(const std::string& page) {
    const std::string mark = "id=\"report-data\">";
    const std::size_t from = page.find(mark) + mark.size();
    return json::parse(page.substr(from, page.find("</script>", from) - from)).at("events").at(0);
  }

  const test::TempDir folder_;
  std::unique_ptr<archive::DiskBlobs> files_;
  archive::StoredEvent event_{.id = 7,
                              .uid = "yard-7",
                              .source = "Yard",
                              .kind = "violence",
                              .begin = archive::now(),
                              .end = archive::now(),
                              .details = R"({"boxes_file": "boxes.jsonl"})",
                              .people = {{.track_id = 1, .score = 0.9}, {.track_id = 2, .score = 0.9}}};
};

TEST_F(EventReport, says_what_was_stored) {
  const std::string page = event_report(*files_, event_);
  EXPECT_THAT(page, AllOf(HasSubstr("Yard &lt;north&gt;, event 7"), HasSubstr("No face could be found."),
                          HasSubstr("\"file\":\"clip.mp4\""), HasSubstr("person-1-1.jpg"), HasSubstr("person-2-1.jpg")));
}

TEST_F(EventReport, leaves_out_who_was_not_involved_and_their_pictures) {
  event_.people[1].dismissed = true;
  const std::string page = complete_report(*files_, event_);
  EXPECT_THAT(page, AllOf(Not(HasSubstr("person-2-1.jpg")), HasSubstr("1 of 2 people")));
  EXPECT_THAT(page, HasSubstr("data:image/jpeg;base64,dGhlIGZpcnN0IG9uZQ==")) << "the one who was";
  EXPECT_THAT(page, Not(HasSubstr("dGhlIG90aGVyIG9uZQ=="))) << "the one who was not";
  event_.people[1].dismissed = false;
  EXPECT_THAT(complete_report(*files_, event_), HasSubstr("dGhlIG90aGVyIG9uZQ==")) << "taken back";
}

TEST_F(EventReport, shows_nobody_as_violent_who_was_not_involved) {
  const json before = shown_in(event_report(*files_, event_)).at("boxes");
  EXPECT_EQ(before, json::array({boxes_at(1), boxes_at(1.5)}));
  event_.people[1].dismissed = true;
  json calm = before;
  for (json& frame : calm) {
    frame[1][1][5] = nullptr;
    frame[1][1][6] = 0;
  }
  EXPECT_EQ(shown_in(event_report(*files_, event_)).at("boxes"), calm)
      << "the other one stays, and both stay where they are";
  EXPECT_EQ(shown_in(complete_report(*files_, event_)).at("boxes"), calm);
}

TEST_F(EventReport, tells_what_people_wrote_and_decided) {
  event_.note = "</script><b>seen by Ann";
  event_.caption = "Two people push a third";
  event_.review = archive::Review::kDismissed;
  const std::string page = event_report(*files_, event_);
  EXPECT_THAT(page, AllOf(HasSubstr("seen by Ann"), HasSubstr("Two people push a third"), HasSubstr("Dismissed")));
  EXPECT_THAT(page, Not(HasSubstr("</script><b>")));
}

TEST_F(EventReport, leads_to_no_file_that_is_not_beside_it) {
  const std::string stored = event_report(*files_, event_), alone = complete_report(*files_, event_);
  for (const std::string& page : {stored, alone}) {
    EXPECT_THAT(page, AllOf(Not(HasSubstr("events.jsonl")), Not(HasSubstr("\"report.html\""))));
  }
  EXPECT_THAT(stored, AllOf(HasSubstr("\"boxes.jsonl\""), Not(HasSubstr("clips/event-001"))));
  EXPECT_THAT(alone, Not(HasSubstr("boxes.jsonl\"")));
}

TEST_F(EventReport, of_another_making_is_given_as_it_is) {
  put(kReportFile, "<p>An old page</p>");
  EXPECT_EQ(event_report(*files_, event_), "<p>An old page</p>");
  event_.uid = "yard-8";
  EXPECT_THROW(event_report(*files_, event_), Problem);
}

}  // namespace
}  // namespace vigil::server
