#include "archive/events.h"

#include <format>
#include <utility>

#include <soci/soci.h>

#include "archive/bytes.h"
#include "archive/event_query.h"
#include "archive/rows.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using core::fail;
using soci::into;
using soci::use;

constexpr int kMostPerPage = 500;

std::unexpected<core::Error> no_event(const std::string& which) {
  return fail(ErrorCode::kNotFound, std::format("there is no event {}", which));
}

// The columns of a row but people and details, as they come out of the database.
struct Row {
  long long id = 0, camera = 0, job = 0, begin = 0, end = 0, size = 0, people = 0;
  soci::indicator has_camera = soci::i_null, has_job = soci::i_null;
  std::string uid, source, kind, rule, zone, review, note, caption, poster;
  double score = 0;
  int pinned = 0, upload = 0;

  static constexpr std::string_view kColumns =
      "e.id, e.uid, e.camera_id, e.job_id, e.source, e.kind, e.rule, e.zone, e.begin_us, e.end_us, e.score, e.review, "
      "e.pinned, e.upload, e.note, e.caption, e.size, e.poster, (SELECT COUNT(*) FROM event_people n WHERE n.event_id = "
      "e.id)";

  StoredEvent event() const {
    return {.id = id,
            .uid = uid,
            .camera_id = has_camera == soci::i_ok ? std::optional<std::int64_t>(camera) : std::nullopt,
            .job_id = has_job == soci::i_ok ? std::optional<std::int64_t>(job) : std::nullopt,
            .upload = upload != 0,
            .source = source,
            .kind = kind,
            .rule = rule,
            .zone = zone,
            .begin = from_us(begin),
            .end = from_us(end),
            .score = score,
            .review = review_of(review),
            .pinned = pinned != 0,
            .note = note,
            .caption = caption,
            .size = static_cast<std::uint64_t>(size),
            .poster = poster,
            .people_count = people};
  }
};

// More columns may follow those of the row.
template <typename... More>
void run(Query& query, soci::session& sql, Row& row, More... more) {
  query.run(sql, into(row.id), into(row.uid), into(row.camera, row.has_camera), into(row.job, row.has_job), into(row.source),
            into(row.kind), into(row.rule), into(row.zone), into(row.begin), into(row.end), into(row.score),
            into(row.review), into(row.pinned), into(row.upload), into(row.note), into(row.caption), into(row.size),
            into(row.poster), into(row.people), std::move(more)...);
}

struct UsageRow {
  long long camera = 0, bytes = 0;
  soci::indicator has_camera = soci::i_null;

  void run(Query& query, soci::session& sql) { query.run(sql, into(camera, has_camera), into(bytes)); }

  EventUsage value() const {
    return {.camera_id = has_camera == soci::i_ok ? std::optional<std::int64_t>(camera) : std::nullopt,
            .bytes = static_cast<std::uint64_t>(bytes)};
  }
};

std::vector<StoredPerson> people_of(soci::session& sql, std::int64_t event) {
  std::vector<StoredPerson> people;
  long long track = 0;
  double score = 0;
  std::string face;
  int dismissed = 0;
  Query query("SELECT track_id, score, face, dismissed FROM event_people");
  query.where("event_id = :event", event);
  query.then("ORDER BY track_id");
  for (query.run(sql, into(track), into(score), into(face), into(dismissed)); query.fetch();) {
    people.push_back({.track_id = track, .score = score, .face = face, .dismissed = dismissed != 0});
  }
  return people;
}

template <typename Value>
core::Result<StoredEvent> get_where(Database& database, std::string_view condition, const Value& value) {
  std::optional<StoredEvent> found;
  const auto read = database.read([&](soci::session& sql) {
    Row row;
    std::string details;
    Query query(std::format("SELECT {}, CAST(e.details AS TEXT) FROM events e", Row::kColumns));
    query.where(condition, value);
    run(query, sql, row, into(details));
    if (!query.fetch()) return;
    found = row.event();
    found->details = details;
    found->people = people_of(sql, found->id);
  });
  if (!read) return std::unexpected(read.error());
  if (!found) return no_event(std::format("{}", value));
  return *std::move(found);
}

// The next key of that microsecond.
long long free_order_key(soci::session& sql, Dialect dialect, WallTime begin) {
  // Two that begin together wait for each other; SQLite has one writer anyway.
  if (dialect == Dialect::kPostgresql) sql << std::format("SELECT pg_advisory_xact_lock({})", order_key(begin));
  long long taken = 0;
  soci::indicator any = soci::i_null;
  Query query("SELECT MAX(order_key) FROM events");
  query.where("order_key >= :first", order_key(begin));
  query.where("order_key < :last", order_key(begin) + kPerMicrosecond);
  query.run(sql, into(taken, any));
  return query.fetch() && any == soci::i_ok ? taken + 1 : order_key(begin);
}

}  // namespace

core::Result<std::int64_t> Events::add(const StoredEvent& event) {
  long long id = 0;
  const auto written = database_.write([&](soci::session& sql) {
    const long long camera = event.camera_id.value_or(0), job = event.job_id.value_or(0);
    const auto has = [](const auto& value) { return value ? soci::i_ok : soci::i_null; };
    soci::indicator has_camera = has(event.camera_id), has_job = has(event.job_id);
    const long long begin = to_us(event.begin), end = to_us(event.end), size = static_cast<long long>(event.size);
    const long long created = to_us(now());
    const long long key = free_order_key(sql, database_.dialect(), event.begin);
    const int pinned = event.pinned ? 1 : 0, upload = event.upload || event.job_id ? 1 : 0;
    const std::string review(to_string(event.review));
    sql << std::format(
        "INSERT INTO events (uid, camera_id, job_id, source, kind, rule, zone, begin_us, order_key, end_us, score, review, "
        "pinned, upload, note, caption, size, poster, details, created_us) VALUES (:uid, :camera, :job, :source, :kind, "
        ":rule, :zone, :begin, :key, :end, :score, :review, :pinned, :upload, :note, :caption, :size, :poster, {}, "
        ":created) "
        "RETURNING id",
        json_value(database_.dialect(), ":details")),
        use(event.uid), use(camera, has_camera), use(job, has_job), use(event.source), use(event.kind), use(event.rule),
        use(event.zone), use(begin), use(key), use(end), use(event.score), use(review), use(pinned), use(upload),
        use(event.note), use(event.caption), use(size), use(event.poster), use(event.details), use(created), into(id);
    for (const StoredPerson& person : event.people) {
      const long long track = person.track_id;
      const int dismissed = person.dismissed ? 1 : 0;
      sql << "INSERT INTO event_people (event_id, track_id, score, face, dismissed) VALUES (:event, :track, :score, :face, "
             ":dismissed)",
          use(id), use(track), use(person.score), use(person.face), use(dismissed);
    }
  });
  if (!written) return std::unexpected(written.error());
  return id;
}

core::Result<StoredEvent> Events::get(std::int64_t id) { return get_where(database_, "e.id = :id", id); }

core::Result<StoredEvent> Events::get(const std::string& uid) { return get_where(database_, "e.uid = :uid", uid); }

core::Result<EventPage> Events::search(const EventSearch& search) {
  if (search.count < 1 || search.count > kMostPerPage) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{} events a page: 1 to {} are possible", search.count, kMostPerPage));
  }
  const auto after = search.after.empty() ? std::nullopt : cursor_of(search.after);
  if (!search.after.empty() && !after) {
    return fail(ErrorCode::kInvalidArgument, std::format("'{}' is not where a page of events ended", search.after));
  }
  EventPage page;
  const auto read = database_.read([&](soci::session& sql) {
    page = {};
    auto query = page_query(sql, database_.dialect(), Row::kColumns, search, after);
    if (!query) return;
    long long last_key = 0;
    Row row;
    long long row_key = 0;
    for (run(*query, sql, row, into(row_key)); query->fetch();) {
      if (page.events.size() == static_cast<std::size_t>(search.count)) {
        page.next = std::format("{}", last_key);
        break;
      }
      page.events.push_back(row.event());
      last_key = row_key;
    }
  });
  if (!read) return std::unexpected(read.error());
  return page;
}

core::Result<std::vector<EventDay>> Events::days(const EventSearch& search, std::chrono::minutes utc_offset) {
  constexpr std::int64_t kDayUs = 86'400'000'000;
  std::vector<EventDay> days;
  const auto read = database_.read([&](soci::session& sql) {
    days.clear();
    // Moments are after 1970, so that the division rounds down.
    Query query(
        std::format("SELECT (e.begin_us + {}) / {} AS day, COUNT(*), SUM(CASE WHEN e.kind = 'violence' THEN 1 ELSE 0 END) "
                    "FROM events e",
                    std::chrono::microseconds(utc_offset).count(), kDayUs));
    add_time_and_place(query, search);
    query.then("GROUP BY 1 ORDER BY 1");
    long long day = 0, events = 0, violent = 0;
    for (query.run(sql, into(day), into(events), into(violent)); query.fetch();) {
      days.push_back({.day = std::chrono::sys_days(std::chrono::days(day)), .events = events, .violent = violent});
    }
  });
  if (!read) return std::unexpected(read.error());
  return days;
}

core::Result<std::vector<EventUsage>> Events::usage(std::optional<Review> review) {
  Query query("SELECT camera_id, CAST(SUM(size) AS BIGINT) FROM events");
  if (review) query.where("review = :review", std::string(to_string(*review)));
  query.then("GROUP BY camera_id ORDER BY camera_id");
  return all_rows<UsageRow>(database_, query);
}

namespace {

// One column of one event.
template <typename Value>
core::Status set(Database& database, std::string_view column, const Value& value, std::int64_t id) {
  return change_one(database, Query(std::format("UPDATE events SET {} = :value WHERE id = :id", column), value, id),
                    no_event(std::format("{}", id)));
}

}  // namespace

core::Status Events::set_review(std::int64_t id, Review review) {
  return set(database_, "review", std::string(to_string(review)), id);
}
core::Status Events::set_pinned(std::int64_t id, bool pinned) { return set(database_, "pinned", pinned ? 1 : 0, id); }
core::Status Events::set_note(std::int64_t id, const std::string& note) { return set(database_, "note", note, id); }
core::Status Events::set_caption(std::int64_t id, const std::string& caption) {
  return set(database_, "caption", caption, id);
}

core::Status Events::dismiss_person(std::int64_t id, std::int64_t track_id, bool dismissed) {
  return change_one(database_,
                    Query("UPDATE event_people SET dismissed = :value WHERE event_id = :event AND track_id = :track",
                          dismissed ? 1 : 0, id, track_id),
                    no_event(std::format("{} with a person {}", id, track_id)));
}

core::Status Events::remove(std::int64_t id) {
  return database_.write([&](soci::session& sql) {
    const long long key = id;
    sql << "DELETE FROM events WHERE id = :id", use(key);
  });
}

core::Result<bool> Events::remove_unless_pinned(std::int64_t id) {
  const auto removed = change(database_, Query("DELETE FROM events WHERE id = :id AND pinned = 0", id));
  if (!removed) return std::unexpected(removed.error());
  return *removed > 0;
}

core::Result<std::vector<std::string>> Events::uids() {
  std::vector<std::string> uids;
  const auto read = database_.read([&](soci::session& sql) {
    uids.clear();
    std::string uid;
    Query query("SELECT uid FROM events ORDER BY uid");
    for (query.run(sql, into(uid)); query.fetch();) uids.push_back(uid);
  });
  if (!read) return std::unexpected(read.error());
  return uids;
}

}  // namespace vigil::archive
