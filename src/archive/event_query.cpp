#include "archive/event_query.h"

#include <algorithm>
#include <charconv>
#include <format>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "archive/words.h"

namespace vigil::archive {
namespace {

using soci::into;

constexpr std::int64_t kRare = 2000;     // events that are sorted rather than searched for
constexpr std::size_t kMostParts = 200;  // SQLite takes 500

// One camera, or uploads, or what no camera there is saw. In its index they lie in the order of time.
struct Part {
  std::string condition;
  const char* index;
};

// Together they are all that the search is about.
std::vector<Part> parts_of(const EventSearch& search) {
  std::vector<Part> parts;
  for (const std::int64_t camera : *search.cameras) {
    parts.push_back({.condition = std::format("e.camera_id = {}", camera), .index = "events_camera"});
  }
  if (search.uploads) parts.push_back({.condition = "e.upload = 1", .index = "events_upload"});
  if (search.orphans) {
    parts.push_back({.condition = "(e.camera_id IS NULL AND e.upload = 0)", .index = "events_camera"});
  }
  return parts;
}

void add_place(Query& query, const EventSearch& search) {
  if (!search.cameras) return;
  std::string condition;
  for (const Part& part : parts_of(search)) condition += (condition.empty() ? "" : " OR ") + part.condition;
  query.where(condition.empty() ? "1 = 0" : "(" + condition + ")");
}

void add_time(Query& query, const EventSearch& search, std::string_view key) {
  if (search.from) query.where(std::format("{} >= :from", key), order_key(*search.from));
  if (search.until) query.where(std::format("{} < :until", key), order_key(*search.until));
}

// What there is no more of than can be sorted. PostgreSQL knows that by itself, SQLite has one plan for all values.
struct Rare {
  bool score = false, person = false;
};

bool is_rare(soci::session& sql, Query query) {
  long long count = 0;
  query.run(sql, into(count));
  return query.fetch() && count <= kRare;
}

Rare rare_of(soci::session& sql, Dialect dialect, const EventSearch& search) {
  Rare rare;
  if (dialect == Dialect::kPostgresql) return rare;
  if (search.person) {
    rare.person =
        is_rare(sql, Query("SELECT COUNT(*) FROM (SELECT 1 FROM event_people WHERE track_id = :person LIMIT :most)",
                           *search.person, kRare + 1));
  }
  if (search.least_score && !rare.person) {
    rare.score = is_rare(sql, Query("SELECT COUNT(*) FROM (SELECT 1 FROM events WHERE score >= :score LIMIT :most)",
                                    *search.least_score, kRare + 1));
  }
  return rare;
}

// All but where.
void add_conditions(Query& query, const EventSearch& search, Rare rare, std::string_view key,
                    const std::optional<std::int64_t>& after) {
  add_time(query, search, key);
  if (after) query.where(std::format("{} {} :after", key, search.oldest_first ? '>' : '<'), *after);
  if (search.job) query.where("e.job_id = :job", *search.job);
  if (!search.kind.empty()) query.where("e.kind = :kind", search.kind);
  if (search.review) query.where("e.review = :review", std::string(to_string(*search.review)));
  if (search.pinned) query.where("e.pinned = :pinned", *search.pinned ? 1 : 0);
  if (search.least_score) query.where("e.score >= :score", *search.least_score);
  if (search.person) {
    const std::string people = "event_people p WHERE p.track_id = :person AND p.dismissed = 0";
    query.where(rare.person ? std::format("e.id IN (SELECT p.event_id FROM {})", people)
                            : std::format("EXISTS (SELECT 1 FROM {} AND p.event_id = e.id)", people),
                *search.person);
  }
}

void add_order(Query& query, const EventSearch& search, std::string_view key) {
  query.then(std::format("ORDER BY {} {} LIMIT :count", key, search.oldest_first ? "ASC" : "DESC"), search.count + 1);
}

// The newest of each part in the order of its index, and of them the newest: no database merges the parts of an OR by
// itself, and SQLite may take the index of a kind, which has all cameras, for the better one.
Query merged(const std::string& select, Dialect dialect, const EventSearch& search, const std::vector<Part>& parts,
             const std::optional<std::int64_t>& after) {
  Query query(select + "events e WHERE e.id IN (");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string by = dialect == Dialect::kSqlite ? std::format(" INDEXED BY {}", parts[i].index) : std::string();
    Query part("SELECT e.id FROM events e" + by);
    part.where(parts[i].condition);
    add_conditions(part, search, {}, "e.order_key", after);
    add_order(part, search, "e.order_key");
    query.then(i == 0 ? "SELECT id FROM (" : "UNION ALL SELECT id FROM (");
    query.then(std::move(part));
    query.then(std::format(") part{}", i));
  }
  query.then(")");
  return query;
}

}  // namespace

std::int64_t order_key(WallTime begin) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / kPerMicrosecond;
  return std::clamp(to_us(begin), -kMost, kMost) * kPerMicrosecond;
}

std::optional<std::int64_t> cursor_of(std::string_view text) {
  std::int64_t key = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), key);
  if (wrong != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return key;
}

void add_time_and_place(Query& query, const EventSearch& search) {
  add_time(query, search, "e.order_key");
  add_place(query, search);
}

std::optional<Query> page_query(soci::session& sql, Dialect dialect, std::string_view columns, const EventSearch& search,
                                const std::optional<std::int64_t>& after) {
  const std::string select = std::format("SELECT {}, e.order_key FROM ", columns);
  const bool by_words = search.words.find_first_not_of(" \t\r\n") != std::string::npos;
  const std::string words = by_words ? word_query(sql, dialect, search.words) : std::string();
  if (by_words && words.empty()) return std::nullopt;
  if (by_words && dialect == Dialect::kSqlite) {
    // In the order of time, so that no more of them are read than a page needs.
    Query query(select + "event_words w CROSS JOIN events e ON e.order_key = w.rowid");
    query.where("w.event_words MATCH :words", words);
    add_conditions(query, search, {}, "w.rowid", after);
    add_place(query, search);
    add_order(query, search, "w.rowid");
    return query;
  }
  const Rare rare = rare_of(sql, dialect, search);
  if (!by_words && search.cameras && !search.job && !rare.score && !rare.person) {
    const std::vector<Part> parts = parts_of(search);
    if (!parts.empty() && parts.size() <= kMostParts) {
      Query query = merged(select, dialect, search, parts, after);
      add_order(query, search, "e.order_key");
      return query;
    }
  }
  Query query(select + (rare.score ? "events e INDEXED BY events_score" : "events e"));
  if (by_words) query.where("e.words @@ CAST(:words AS tsquery)", words);
  add_conditions(query, search, rare, "e.order_key", after);
  add_place(query, search);
  add_order(query, search, "e.order_key");
  return query;
}

}  // namespace vigil::archive
