#include "archive/events.h"

#include <chrono>
#include <format>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "archive/databases.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

StoredEvent event_at(int minute, const std::string& uid) {
  return {.uid = uid,
          .source = "Yard",
          .kind = "violence",
          .begin = kNoon + std::chrono::minutes(minute),
          .end = kNoon + std::chrono::minutes(minute) + 10s,
          .score = 0.5};
}

class EventsTest : public test::OnBoth {
 protected:
  Events& events() {
    if (!database_) {
      database_ = open();
      events_.emplace(*database_);
    }
    return *events_;
  }
  void add(const StoredEvent& event) {
    const auto id = events().add(event);
    ASSERT_TRUE(id) << id.error().message;
  }
  std::vector<std::string> found(const EventSearch& search) {
    const auto page = events().search(search);
    EXPECT_TRUE(page) << page.error().message;
    std::vector<std::string> uids;
    if (page) {
      for (const StoredEvent& event : page->events) uids.push_back(event.uid);
    }
    return uids;
  }
  std::int64_t id_of(const std::string& uid) { return events().get(uid).value().id; }

  std::unique_ptr<Database> database_;
  std::optional<Events> events_;
};
VIGIL_ON_BOTH(EventsTest);

TEST_P(EventsTest, give_back_what_was_kept) {
  StoredEvent event = event_at(0, "yard-1");
  event.rule = "no entry";
  event.zone = "gate \"2\"";
  event.score = 0.8125;
  event.note = "nóte — it's \\ fine; DROP TABLE events";
  event.size = 12'345'678'901;
  event.details = R"({"peak_s": 3.5, "words": ["ü"]})";
  event.people = {{.track_id = 7, .score = 0.75, .face = "events/face.jpg"}, {.track_id = 3, .score = 0.5}};
  const auto id = events().add(event);
  ASSERT_TRUE(id) << id.error().message;
  const auto kept = events().get(*id);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept->uid, event.uid);
  EXPECT_EQ(kept->zone, event.zone);
  EXPECT_EQ(kept->note, event.note);
  EXPECT_EQ(kept->begin, event.begin);
  EXPECT_EQ(kept->end, event.end);
  EXPECT_EQ(kept->score, event.score);
  EXPECT_EQ(kept->size, event.size);
  EXPECT_FALSE(kept->camera_id);
  EXPECT_EQ(kept->review, Review::kNew);
  EXPECT_NE(kept->details.find("\"peak_s\""), std::string::npos) << kept->details;
  ASSERT_EQ(kept->people.size(), 2U);
  EXPECT_EQ(kept->people[0].track_id, 3);
  EXPECT_EQ(kept->people[1].face, "events/face.jpg");
}

TEST_P(EventsTest, a_uid_is_used_once) {
  add(event_at(0, "yard-1"));
  const auto again = events().add(event_at(1, "yard-1"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_EQ(found({}).size(), 1U);
}

TEST_P(EventsTest, an_event_that_cannot_be_kept_whole_is_not_kept) {
  StoredEvent event = event_at(0, "yard-1");
  event.people = {{.track_id = 1, .score = 0.5}, {.track_id = 1, .score = 0.6}};
  EXPECT_FALSE(events().add(event));
  EXPECT_THAT(found({}), IsEmpty());
  StoredEvent of_no_camera = event_at(0, "yard-2");
  of_no_camera.camera_id = 99;
  const auto refused = events().add(of_no_camera);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
}

TEST_P(EventsTest, come_newest_first_and_page_by_page) {
  for (int i = 0; i < 7; ++i) add(event_at(i / 2, std::format("e{}", i)));  // pairs at the same moment
  std::vector<std::string> all;
  EventSearch search{.count = 3};
  int pages = 0;
  do {
    const auto page = events().search(search);
    ASSERT_TRUE(page) << page.error().message;
    for (const StoredEvent& event : page->events) all.push_back(event.uid);
    search.after = page->next;
    ++pages;
    if (pages == 1) add(event_at(99, "later"));  // what comes meanwhile does not shift the pages
  } while (!search.after.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(all, ElementsAre("e6", "e5", "e4", "e3", "e2", "e1", "e0"));
}

TEST_P(EventsTest, come_oldest_first_when_asked) {
  for (int i = 0; i < 5; ++i) add(event_at(i / 2, std::format("e{}", i)));
  EventSearch search{.count = 2, .oldest_first = true};
  std::vector<std::string> all;
  do {
    const auto page = events().search(search);
    ASSERT_TRUE(page) << page.error().message;
    for (const StoredEvent& event : page->events) all.push_back(event.uid);
    search.after = page->next;
  } while (!search.after.empty());
  EXPECT_THAT(all, ElementsAre("e0", "e1", "e2", "e3", "e4"));
}

TEST_P(EventsTest, are_found_by_time_kind_score_review_pin_and_person) {
  add(event_at(0, "a"));
  StoredEvent other = event_at(10, "b");
  other.kind = "zone";
  other.score = 0.9;
  other.pinned = true;
  other.people = {{.track_id = 5, .score = 0.9}};
  add(other);
  ASSERT_TRUE(events().set_review(id_of("a"), Review::kDismissed));

  EXPECT_THAT(found({.from = kNoon + 5min}), ElementsAre("b"));
  EXPECT_THAT(found({.until = kNoon + 10min}), ElementsAre("a")) << "the end is not included";
  EXPECT_THAT(found({.from = kNoon, .until = kNoon + 11min}), ElementsAre("b", "a"));
  EXPECT_THAT(found({.kind = "zone"}), ElementsAre("b"));
  EXPECT_THAT(found({.review = Review::kDismissed}), ElementsAre("a"));
  EXPECT_THAT(found({.pinned = true}), ElementsAre("b"));
  EXPECT_THAT(found({.least_score = 0.6}), ElementsAre("b"));
  EXPECT_THAT(found({.person = 5}), ElementsAre("b"));
  ASSERT_TRUE(events().dismiss_person(id_of("b"), 5, true));
  EXPECT_THAT(found({.person = 5}), IsEmpty()) << "it was said not to be this person";
}

TEST_P(EventsTest, of_other_cameras_are_not_seen) {
  ASSERT_TRUE(open()->write([](soci::session&) {}));
  add(event_at(0, "a"));
  EXPECT_THAT(found({.cameras = std::vector<std::int64_t>{}, .uploads = false}), IsEmpty());
  EXPECT_THAT(found({.cameras = std::vector<std::int64_t>{1, 2}, .uploads = false}), IsEmpty());
}

TEST_P(EventsTest, of_uploads_and_of_cameras_that_are_gone_are_told_apart) {
  StoredEvent upload = event_at(1, "upload");
  upload.upload = true;
  add(upload);
  add(event_at(2, "orphan"));
  EXPECT_THAT(found({}), ElementsAre("orphan", "upload"));
  EXPECT_THAT(found({.cameras = std::vector<std::int64_t>()}), ElementsAre("upload"));
  EXPECT_THAT(found({.cameras = std::vector<std::int64_t>(), .uploads = false}), IsEmpty());
  EXPECT_THAT(found({.cameras = std::vector<std::int64_t>(), .uploads = false, .orphans = true}), ElementsAre("orphan"));
  EXPECT_THAT(found({.cameras = std::vector<std::int64_t>{7}, .orphans = true}), ElementsAre("orphan", "upload"));
  EXPECT_TRUE(events().get("upload")->upload);
  EXPECT_FALSE(events().get("orphan")->upload);
}

TEST_P(EventsTest, of_several_cameras_come_in_one_order_page_by_page) {
  const auto made = open()->write([](soci::session& sql) {
    for (const char* name : {"Yard", "Attic", "Gate"}) test::add_camera(sql, name);
  });
  ASSERT_TRUE(made) << made.error().message;
  for (int minute = 0; minute < 9; ++minute) {
    StoredEvent event = event_at(minute, std::format("{}", minute));
    if (minute % 4 == 3) event.upload = true;
    if (minute % 4 != 3) event.camera_id = 1 + minute % 4;
    event.people = {{.track_id = minute % 2, .score = 0.5}};
    add(event);
  }
  EventSearch search{.cameras = std::vector<std::int64_t>{1, 3}, .count = 2};
  EXPECT_THAT(found(search), ElementsAre("8", "7"));
  search.after = events().search(search)->next;
  EXPECT_THAT(found(search), ElementsAre("6", "4"));
  search.after = events().search(search)->next;
  EXPECT_THAT(found(search), ElementsAre("3", "2"));
  EXPECT_THAT(found({.cameras = search.cameras, .uploads = false, .oldest_first = true}),
              ElementsAre("0", "2", "4", "6", "8"));
  EXPECT_THAT(found({.from = kNoon + 2min, .until = kNoon + 7min, .cameras = search.cameras}),
              ElementsAre("6", "4", "3", "2"));
  EXPECT_THAT(found({.cameras = search.cameras, .person = 1}), ElementsAre("7", "3"));
  EXPECT_THAT(found({.cameras = search.cameras, .words = "yard", .count = 3}), ElementsAre("8", "7", "6"));
}

TEST_P(EventsTest, of_the_end_of_all_times_are_found) {
  add(event_at(1, "a"));
  const WallTime far = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);
  EXPECT_THAT(found({.until = far}), ElementsAre("a"));
  EXPECT_THAT(found({.from = far}), IsEmpty());
  EXPECT_THAT(found({.from = std::chrono::sys_days(std::chrono::year(1) / 1 / 1)}), ElementsAre("a"));
}

TEST_P(EventsTest, are_counted_by_the_days_of_the_readers_clock) {
  add(event_at(0, "noon"));
  add(event_at(11 * 60, "eleven at night"));
  StoredEvent crowd = event_at(24 * 60, "the next noon");
  crowd.kind = "crowd";
  add(crowd);
  const auto counts = [&](std::chrono::minutes offset) {
    std::vector<std::string> told;
    const auto days = events().days({.from = kNoon - 24h, .until = kNoon + 48h}, offset);
    EXPECT_TRUE(days) << days.error().message;
    if (days) {
      for (const EventDay& day : *days) told.push_back(std::format("{:%F}: {}, {}", day.day, day.events, day.violent));
    }
    return told;
  };
  EXPECT_THAT(counts(0min), ElementsAre("2026-11-26: 2, 2", "2026-11-27: 1, 0"));
  EXPECT_THAT(counts(2h), ElementsAre("2026-11-26: 1, 1", "2026-11-27: 2, 1"));
  EXPECT_THAT(events().days({.cameras = std::vector<std::int64_t>{}, .uploads = false}, 0min).value(), IsEmpty());
}

TEST_P(EventsTest, in_lists_have_their_poster_and_how_many_took_part) {
  StoredEvent event = event_at(0, "yard-1");
  event.poster = "poster.jpg";
  event.people = {{.track_id = 7}, {.track_id = 3}};
  add(event);
  const auto page = events().search({});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->events[0].poster, "poster.jpg");
  EXPECT_EQ(page->events[0].people_count, 2);
}

TEST_P(EventsTest, are_found_by_words_in_what_is_written_of_them) {
  StoredEvent first = event_at(0, "a");
  first.source = "parking-lot.mp4";
  first.note = "Two men push each other, Straße";
  add(first);
  StoredEvent second = event_at(1, "b");
  second.caption = "человек бежит по улице";
  add(second);
  EXPECT_THAT(found({.words = "PUSH men"}), ElementsAre("a")) << "all of them, whatever case";
  EXPECT_THAT(found({.words = "push women"}), IsEmpty());
  EXPECT_THAT(found({.words = "park lot"}), ElementsAre("a")) << "beginnings, and punctuation divides words";
  EXPECT_THAT(found({.words = "straße"}), ElementsAre("a"));
  EXPECT_THAT(found({.words = "Человек беж"}), ElementsAre("b"));
  EXPECT_THAT(found({.words = "violence"}), ElementsAre("b", "a"));
  EXPECT_THAT(found({.words = "  "}), ElementsAre("b", "a")) << "no words ask for nothing";
  EXPECT_THAT(found({.words = "!?"}), IsEmpty());

  ASSERT_TRUE(events().set_note(id_of("a"), "resolved by the guard"));
  EXPECT_THAT(found({.words = "push"}), IsEmpty()) << "the words follow the note";
  EXPECT_THAT(found({.words = "guard"}), ElementsAre("a"));
  ASSERT_TRUE(events().remove(id_of("a")));
  EXPECT_THAT(found({.words = "guard"}), IsEmpty());
}

TEST_P(EventsTest, words_of_every_script_are_found_and_marks_divide_them) {
  for (const auto& [uid, note] : std::vector<std::pair<std::string, std::string>>{
           {"a", "don’t enter"}, {"b", "5°C at the gate—open"}, {"c", "तेज़ दौड़"}, {"d", "走る\u00a0人"}}) {
    StoredEvent event = event_at(0, uid);
    event.note = note;
    add(event);
    EXPECT_THAT(found({.words = note}), ElementsAre(uid)) << note;
  }
  EXPECT_THAT(found({.words = "don’t"}), ElementsAre("a"));
  EXPECT_THAT(found({.words = "gate—op"}), ElementsAre("b"));
  EXPECT_THAT(found({.words = "5°"}), ElementsAre("b"));
  EXPECT_THAT(found({.words = "—’°"}), IsEmpty());
}

TEST_P(EventsTest, nothing_that_is_typed_becomes_part_of_a_query) {
  add(event_at(0, "a"));
  for (const std::string& typed : {std::string("' OR 1=1 --"), std::string("\" OR \"\""), std::string("NEAR(a b)"),
                                   std::string("yard* AND NOT x"), std::string("'; DROP TABLE events; --"),
                                   std::string("a:b & | ! ( )"), std::string("words:yard"), std::string(5000, '"')}) {
    for (const EventSearch& search : {EventSearch{.words = typed}, EventSearch{.kind = typed}}) {
      const auto page = events().search(search);
      EXPECT_TRUE(page) << typed << ": " << page.error().message;
      EXPECT_THAT(page->events, IsEmpty()) << typed;
    }
    const auto cursor = events().search({.after = typed});
    ASSERT_FALSE(cursor);
    EXPECT_EQ(cursor.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_THAT(found({}), ElementsAre("a"));
}

TEST_P(EventsTest, a_common_word_and_a_rare_one_are_found_alike) {
  for (int i = 0; i < 2100; ++i) {
    StoredEvent event = event_at(i, std::format("e{}", i));
    if (i == 42) event.note = "needle";
    add(event);
  }
  EXPECT_THAT(found({.words = "yard", .count = 2}), ElementsAre("e2099", "e2098"));
  EXPECT_THAT(found({.until = kNoon + 2min, .words = "yard violence", .count = 5}), ElementsAre("e1", "e0"));
  EXPECT_THAT(found({.words = "needle yard"}), ElementsAre("e42"));
}

TEST_P(EventsTest, what_is_not_there_is_said_so) {
  EXPECT_EQ(events().get(5).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(events().get("nothing").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(events().set_pinned(5, true).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(events().dismiss_person(5, 1, true).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(events().remove(5));
  EXPECT_EQ(events().search({.count = 0}).error().code, ErrorCode::kInvalidArgument);
}

TEST_P(EventsTest, many_threads_write_and_read_at_once) {
  Events& shared = events();
  std::vector<std::jthread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&shared, t] {
      for (int i = 0; i < 20; ++i) {
        const auto id = shared.add(event_at(i, std::format("t{}-{}", t, i)));
        EXPECT_TRUE(id) << id.error().message;
        EXPECT_TRUE(shared.search({.count = 10}));
      }
    });
  }
  threads.clear();
  EXPECT_EQ(shared.uids().value().size(), 120U);
}

}  // namespace
}  // namespace vigil::archive
