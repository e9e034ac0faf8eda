// Events: the events of the repository: what happened when, who took part, what people made of it, and the files that show
// it.
//
//   Events events(*database);
//   auto id = events.add(event);                                       // the files are on the disk before
//   auto page = events.search({.from = yesterday, .kind = "violence", .words = "parking lot"});
//   auto next = events.search({.from = yesterday, .kind = "violence", .words = "parking lot", .after = page->next});
//
// Callable from any thread; blocks on the database.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/database.h"
#include "archive/review.h"
#include "archive/wall_time.h"
#include "core/result.h"

namespace vigil::archive {

struct StoredPerson {
  std::int64_t track_id = 0;  // of the camera at the time
  double score = 0;
  std::string face = {};   // name of a file of the event; empty: none was found
  bool dismissed = false;  // "not this person"
};

struct StoredEvent {
  std::int64_t id = 0;   // given by add()
  std::string uid = {};  // the name of its folder of files, given by whoever stores it; never used twice
  std::optional<std::int64_t> camera_id = {};
  std::optional<std::int64_t> job_id = {};
  bool upload = false;      // found in an uploaded video, also when its job is gone; a job makes it so
  std::string source = {};  // what the camera or video was called then
  std::string kind = {}, rule = {}, zone = {};
  WallTime begin, end;
  double score = 0;
  Review review = Review::kNew;
  bool pinned = false;  // no retention rule removes it
  std::string note = {}, caption = {};
  std::uint64_t size = 0;      // of its files, in bytes
  std::string details = "{}";  // JSON: as events.json has it
  std::string poster = {};     // name of the file that shows it in lists; empty: none
  std::vector<StoredPerson> people = {};
  std::int64_t people_count = 0;  // as many, also where `people` was not read; not written
};

struct EventSearch {
  std::optional<WallTime> from = {}, until = {};          // begin in [from, until)
  std::optional<std::vector<std::int64_t>> cameras = {};  // of these; empty: of none
  bool uploads = true;                                    // with `cameras`: also of uploaded videos
  bool orphans = false;                                   // with `cameras`: also of cameras that are gone
  std::optional<std::int64_t> job = {};                   // of this uploaded video
  std::string kind = {};
  std::optional<Review> review = {};
  std::optional<bool> pinned = {};
  std::optional<double> least_score = {};
  std::optional<std::int64_t> person = {};  // track id
  std::string words = {};                   // each must occur, as the beginning of a word, in what is written of the event
  std::string after = {};                   // EventPage::next of the page before
  int count = 50;                           // 1–500
  bool oldest_first = false;
};

struct EventPage {
  std::vector<StoredEvent> events;  // newest first, or as asked; without people and details
  std::string next;                 // empty: no more
};

struct EventDay {
  std::chrono::sys_days day;  // of the clock `utc_offset` away from UTC
  std::int64_t events = 0;
  std::int64_t violent = 0;  // of them, of kind "violence"
};

struct EventUsage {
  std::optional<std::int64_t> camera_id;  // nothing: of uploads, and of cameras that are gone
  std::uint64_t bytes = 0;
};

class Events {
 public:
  // `database` outlives the object.
  explicit Events(Database& database) : database_(database) {}

  // Errors: kConflict (the uid is there, no such camera), kIo, kTimedOut.
  core::Result<std::int64_t> add(const StoredEvent& event);

  // Errors: kNotFound, kIo, kTimedOut.
  core::Result<StoredEvent> get(std::int64_t id);
  core::Result<StoredEvent> get(const std::string& uid);

  // Errors: kInvalidArgument (count, cursor), kIo, kTimedOut.
  core::Result<EventPage> search(const EventSearch& search);

  // How many of those that `search` finds each day has; days without any are left out. Of `search`, from, until, cameras and
  // uploads count. Errors: kIo, kTimedOut.
  core::Result<std::vector<EventDay>> days(const EventSearch& search, std::chrono::minutes utc_offset);

  // What the events of each camera take on the disk; of those with this review, if one is given. Errors: kIo, kTimedOut.
  core::Result<std::vector<EventUsage>> usage(std::optional<Review> review = std::nullopt);

  // Errors: kNotFound, kIo, kTimedOut.
  core::Status set_review(std::int64_t id, Review review);
  core::Status set_pinned(std::int64_t id, bool pinned);
  core::Status set_note(std::int64_t id, const std::string& note);
  core::Status set_caption(std::int64_t id, const std::string& caption);
  core::Status dismiss_person(std::int64_t id, std::int64_t track_id, bool dismissed);

  // The row alone; what is not there is removed already. Errors: kIo, kTimedOut.
  core::Status remove(std::int64_t id);
  // The same, but one that is pinned stays. Gives whether it is gone by this.
  core::Result<bool> remove_unless_pinned(std::int64_t id);

  // Every uid there is, by name. Errors: kIo, kTimedOut.
  core::Result<std::vector<std::string>> uids();

 private:
  Database& database_;
};

}  // namespace vigil::archive
