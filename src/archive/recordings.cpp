#include "archive/recordings.h"

#include <algorithm>
#include <charconv>
#include <format>
#include <optional>
#include <set>
#include <string_view>

#include <soci/soci.h>

#include "archive/rows.h"
#include "core/log.h"

namespace vigil::archive {
namespace {

using soci::into;
using soci::use;

constexpr std::string_view kColumns = "id, camera_id, begin_us, end_us, file, size, pinned";

struct Row {
  long long id = 0, camera = 0, begin = 0, end = 0, size = 0;
  std::string file;
  int pinned = 0;

  void run(Query& query, soci::session& sql) {
    query.run(sql, into(id), into(camera), into(begin), into(end), into(file), into(size), into(pinned));
  }

  Segment value() const {
    return {.id = id,
            .camera_id = camera,
            .begin = from_us(begin),
            .end = from_us(end),
            .file = file,
            .size = static_cast<std::uint64_t>(size),
            .pinned = pinned != 0};
  }
};

struct UsageRow {
  long long camera = 0, bytes = 0, length = 0;

  void run(Query& query, soci::session& sql) { query.run(sql, into(camera), into(bytes), into(length)); }

  Recordings::Usage value() const {
    return {.camera_id = camera, .bytes = static_cast<std::uint64_t>(bytes), .length = std::chrono::microseconds(length)};
  }
};

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// What key() wrote, read back.
std::optional<Segment> segment_of(const BlobInfo& blob) {
  const std::string_view key = blob.key;
  const std::size_t camera_at = key.find('/') + 1;
  const std::size_t name_at = key.rfind('/') + 1;
  const std::string_view name = key.substr(name_at);
  const std::size_t dash = name.find('-');
  const std::size_t dot = name.find('.');
  if (dash == std::string_view::npos || dot == std::string_view::npos || dot < dash) return std::nullopt;
  const auto camera = number(key.substr(camera_at, key.find('/', camera_at) - camera_at));
  const auto begin = number(name.substr(0, dash));
  const auto end = number(name.substr(dash + 1, dot - dash - 1));
  if (!camera || !begin || !end) return std::nullopt;
  const Segment segment{
      .camera_id = *camera, .begin = from_us(*begin), .end = from_us(*end), .file = blob.key, .size = blob.size};
  return Recordings::key(*camera, segment.begin, segment.end) == blob.key ? std::optional(segment) : std::nullopt;
}

}  // namespace

std::string Recordings::key(std::int64_t camera_id, WallTime begin, WallTime end) {
  return std::format("{}/{}/{:%Y-%m-%d/%H}/{}-{}.mp4", kFolder, camera_id, std::chrono::floor<std::chrono::hours>(begin),
                     to_us(begin), to_us(end));
}

core::Result<std::int64_t> Recordings::add(const Segment& segment) {
  long long id = 0;
  const auto written = database_.write([&](soci::session& sql) {
    const long long camera = segment.camera_id, begin = to_us(segment.begin), end = to_us(segment.end);
    const long long size = static_cast<long long>(segment.size);
    const int pinned = segment.pinned ? 1 : 0;
    sql << "INSERT INTO recordings (camera_id, begin_us, end_us, file, size, pinned) VALUES (:camera, :begin, :end, :file, "
           ":size, :pinned) RETURNING id",
        use(camera), use(begin), use(end), use(segment.file), use(size), use(pinned), into(id);
  });
  if (!written) return std::unexpected(written.error());
  return id;
}

core::Result<Segment> Recordings::get(std::int64_t id) {
  return one_row<Row>(database_, Query(std::format("SELECT {} FROM recordings WHERE id = :id", kColumns), id),
                      core::fail(core::ErrorCode::kNotFound, std::format("there is no recording {}", id)));
}

core::Result<std::vector<Segment>> Recordings::between(std::int64_t camera_id, WallTime from, WallTime until) {
  Query query(std::format("SELECT {} FROM recordings", kColumns));
  query.where("camera_id = :camera", camera_id);
  query.where("begin_us < :until", to_us(until));
  query.where("end_us > :from", to_us(from));
  query.then("ORDER BY begin_us, id");
  return all_rows<Row>(database_, query);
}

core::Result<std::vector<Segment>> Recordings::oldest(int count, std::optional<std::int64_t> camera_id,
                                                      const std::optional<Segment>& after) {
  Query query(std::format("SELECT {} FROM recordings", kColumns));
  query.where("pinned = 0");
  if (camera_id) query.where("camera_id = :camera", *camera_id);
  if (after) query.where("(begin_us, id) > (:begin, :id)", to_us(after->begin), after->id);
  query.then("ORDER BY begin_us, id LIMIT :count", count);
  return all_rows<Row>(database_, query);
}

core::Status Recordings::set_pinned(std::int64_t camera_id, WallTime from, WallTime until, bool pinned) {
  return database_.write([&](soci::session& sql) {
    const int value = pinned ? 1 : 0;
    const long long camera = camera_id, first = to_us(from), last = to_us(until);
    sql << "UPDATE recordings SET pinned = :pinned WHERE camera_id = :camera AND end_us > :from AND begin_us < :until",
        use(value), use(camera), use(first), use(last);
  });
}

core::Status Recordings::remove(const Segment& segment) {
  const auto removed = change(database_, Query("DELETE FROM recordings WHERE id = :id", segment.id));
  return removed ? blobs_.remove(segment.file) : std::unexpected(removed.error());
}

core::Result<bool> Recordings::remove_unless_pinned(const Segment& segment) {
  const auto removed = change(database_, Query("DELETE FROM recordings WHERE id = :id AND pinned = 0", segment.id));
  if (!removed) return std::unexpected(removed.error());
  if (*removed == 0) return false;
  if (auto gone = blobs_.remove(segment.file); !gone) return std::unexpected(gone.error());
  return true;
}

core::Result<std::vector<Recordings::Usage>> Recordings::usage() {
  return all_rows<UsageRow>(database_,
                            Query("SELECT camera_id, CAST(SUM(size) AS BIGINT), CAST(SUM(end_us - begin_us) AS BIGINT) FROM "
                                  "recordings GROUP BY camera_id ORDER BY camera_id"));
}

core::Result<Recordings::Repaired> Recordings::repair() {
  const auto files = blobs_.list(kFolder);
  if (!files) return std::unexpected(files.error());
  Query query(std::format("SELECT {} FROM recordings ORDER BY file", kColumns));
  const auto rows = all_rows<Row>(database_, query);
  if (!rows) return std::unexpected(rows.error());
  Repaired repaired;
  if (files->empty() && !rows->empty()) {
    core::log_error(
        "none of the {} recordings of the database has its file: is the disk with them there? Nothing is removed",
        rows->size());
    return repaired;
  }
  std::set<std::string> on_disk, known;
  for (const BlobInfo& file : *files) on_disk.insert(file.key);
  for (const Segment& row : *rows) {
    known.insert(row.file);
    if (on_disk.contains(row.file)) continue;
    if (auto removed = remove(row); !removed) return std::unexpected(removed.error());
    ++repaired.rows_removed;
  }
  for (const BlobInfo& file : *files) {
    if (known.contains(file.key)) continue;
    const auto segment = segment_of(file);
    if (segment && add(*segment)) {
      ++repaired.adopted;
    } else {
      if (segment) repaired.last_camera = std::max(repaired.last_camera, segment->camera_id);
      core::log_warning("a recording on the disk belongs to no camera of the database and is left as it is: {}", file.key);
    }
  }
  return repaired;
}

}  // namespace vigil::archive
