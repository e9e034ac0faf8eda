// kill -9 in the middle of bringing an old repository's schema up to date: it opens again, and every row and file that was
// in it is there. What the kills hit is opened again by the next program that is killed, or to the end, and then all is
// looked at and the old repository put back.
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <format>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/wait.h>

#include "archive/archive.h"
#include "archive/bytes.h"
#include "archive/databases.h"
#include "archive/event_manifest.h"
#include "archive/migrations.h"
#include "archive/transaction.h"
#include "core/random.h"

namespace vigil::archive {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using soci::into;
using soci::use;
using Clock = std::chrono::steady_clock;

constexpr int kKills = 50;
constexpr int kOldVersion = 1;
constexpr int kEvents = 1500;
constexpr std::size_t kDetails = 10'000;  // bytes of each event
constexpr const char* kAddress = "rtsp://ann:secret@yard/";
constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

StoredEvent old_event(int i) {
  const WallTime at = kNoon + std::chrono::seconds(i);
  return {.uid = std::format("yard-{}", i), .source = "Yard", .kind = "violence", .begin = at, .end = at};
}

// Opens the database, which brings its schema up to date, says so, and stays until it is killed.
[[noreturn]] void open_for_ever(const std::string& url, int told) {
  const auto database = Database::open({.url = url, .connections = 1});
  if (!database || write(told, "!", 1) != 1) _exit(3);
  while (true) pause();
}

class KilledMigration : public test::OnBoth {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    url();
    if (!sqlite()) old_url_ = server().new_database();
    make_old_rows();
    for (int i = 0; i < kEvents; ++i) {
      StoredEvent event = old_event(i);
      for (const auto& [name, bytes] : {std::pair{"clip.mp4", std::string("video")}, {"event.json", to_manifest(event)}}) {
        const fs::path path = folder_ / "files" / EventStore::key(event, name);
        fs::create_directories(path.parent_path());
        std::ofstream(path) << bytes;
      }
    }
    put_back();
  }

  bool sqlite() const { return GetParam() == Dialect::kSqlite; }

  void connect(soci::session& sql, bool old = false) {
    if (sqlite()) {
      sql.open(soci::sqlite3, (old ? old_file_ : file_).string());
      sql << "PRAGMA journal_mode = WAL";
    } else {
      sql.open(soci::postgresql, old ? old_url_ : url());
    }
  }

  void make_old_rows() {
    const auto box = SecretBox::open(folder_ / "secret.key");
    ASSERT_TRUE(box) << box.error().message;
    soci::session sql;
    connect(sql, /*old=*/true);
    ASSERT_EQ(migrate(sql, GetParam(), kOldVersion)->to, kOldVersion);
    Transaction all(sql, GetParam());
    sql << "INSERT INTO users (name, name_key, email, email_key, password_hash, role, state, created_us) VALUES "
           "('Ann', 'ann', 'ann@example.org', 'ann@example.org', '$argon2id$', 'admin', 'active', 1), "
           "('Bob', 'bob', 'bob@example.org', 'bob@example.org', '$argon2id$', 'viewer', 'waiting', 2)";
    const std::string sealed = to_hex(box->seal(kAddress));
    sql << std::format(
        "INSERT INTO cameras (name, address_sealed, address_shown, enabled, recording, settings, created_us) "
        "VALUES ('Yard', {}, 'rtsp://yard/', 1, 1, '{{}}', 3)",
        hex_value(GetParam(), ":sealed")),
        use(sealed);
    sql << "INSERT INTO camera_permissions (user_id, camera_id) VALUES (2, 1)";
    for (int i = 0; i < kEvents; ++i) add_old_event(sql, i);
    all.commit();
    old_rows_ = rows(sql);
  }

  void add_old_event(soci::session& sql, int i) const {
    const StoredEvent event = old_event(i);
    const long long id = i + 1, begin = to_us(event.begin), key = begin * 1024;
    const std::string details = std::format(R"({{"poster": {{"file": "poster-{}.jpg"}}, "scores": "{}"}})", i,
                                            std::string(kDetails, static_cast<char>('a' + i % 26)));
    const std::string note = std::format("beside bench {}", i);
    sql << std::format(
        "INSERT INTO events (id, uid, camera_id, source, kind, rule, zone, begin_us, order_key, end_us, score, note, size, "
        "details, created_us) VALUES (:id, :uid, 1, :source, :kind, '', '', :begin, :key, :end, 0.5, :note, 5, {}, 4)",
        json_value(GetParam(), ":details")),
        use(id), use(event.uid), use(event.source), use(event.kind), use(begin), use(key), use(begin), use(note),
        use(details);
    sql << "INSERT INTO event_people (event_id, track_id, score) VALUES (:event, :track, 0.5)", use(id), use(id);
  }

  void put_back() {
    if (!sqlite()) return server().copy_database(old_url_, url());
    for (const char* end : {"-wal", "-shm", ""}) fs::remove(file_.string() + end);
    fs::copy_file(old_file_, file_);
  }

  // What every version has, as text; first, since it waits for what a killed program's connection still does.
  static std::vector<std::string> rows(soci::session& sql) {
    std::vector<std::string> lines;
    for (const std::string& statement :
         {std::string("SELECT name || ' ' || id || ' ' || email || ' ' || password_hash || ' ' || role || ' ' || state FROM "
                      "users ORDER BY id"),
          std::format("SELECT name || ' ' || id || ' ' || {} FROM cameras ORDER BY id",
                      hex_column(GetParam(), "address_sealed")),
          std::string("SELECT 'permission ' || user_id || ' ' || camera_id FROM camera_permissions"),
          std::string("SELECT uid || ' ' || id || ' ' || camera_id || ' ' || order_key || ' ' || note || ' ' || "
                      "CAST(details AS TEXT) FROM events ORDER BY id"),
          std::string("SELECT 'person ' || event_id || ' ' || track_id FROM event_people ORDER BY id")}) {
      const soci::rowset<std::string> found = (sql.prepare << statement);
      lines.insert(lines.end(), found.begin(), found.end());
    }
    return lines;
  }

  // After so long, or once it has opened; how long that was.
  std::chrono::milliseconds kill_while_opening(std::chrono::milliseconds after) {
    const std::string where = url();
    int pipe_ends[2];
    EXPECT_EQ(pipe(pipe_ends), 0);
    const auto begin = Clock::now();
    const pid_t child = fork();
    if (child == 0) open_for_ever(where, pipe_ends[1]);
    close(pipe_ends[1]);
    pollfd opened{.fd = pipe_ends[0], .events = POLLIN, .revents = 0};
    poll(&opened, 1, static_cast<int>(after.count()));
    kill(child, SIGKILL);
    const auto took = Clock::now() - begin;
    close(pipe_ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it did not open and ended by itself with " << WEXITSTATUS(status);
    return std::chrono::ceil<std::chrono::milliseconds>(took);
  }

  // Opens the whole repository as a server does, which brings it up to date if it is not yet, and looks at all in it.
  void expect_whole() {
    const auto archive = Archive::open({.folder = folder_, .database = url(), .connections = 1});
    ASSERT_TRUE(archive) << archive.error().message;
    EventSearch search{.words = "bench", .count = 500, .oldest_first = true};
    int i = 0;
    do {
      const auto page = (*archive)->events().search(search);
      ASSERT_TRUE(page) << page.error().message;
      for (const StoredEvent& event : page->events) {
        ASSERT_EQ(event.uid, old_event(i).uid);
        ASSERT_EQ(event.poster, std::format("poster-{}.jpg", i++));
        ASSERT_EQ(event.people_count, 1);
      }
      search.after = page->next;
    } while (!search.after.empty());
    EXPECT_EQ(i, kEvents);
    EXPECT_EQ((*archive)->files().list("events")->size(), 2U * kEvents);
    EXPECT_EQ((*archive)->accounts().all()->size(), 2U);
    EXPECT_EQ((*archive)->cameras().address_of(1).value(), kAddress);
  }

  const fs::path folder_ = dir_ / "vigil", file_ = dir_ / "vigil.db", old_file_ = dir_ / "old.db";
  std::string old_url_;
  std::vector<std::string> old_rows_;
};
VIGIL_ON_BOTH(KilledMigration);

TEST_P(KilledMigration, leaves_the_old_schema_or_the_new_one_and_all_that_was_there) {
  // The least of some, since the first finds everything cold.
  std::chrono::milliseconds whole = 1min;
  for (int i = 0; i < 3; ++i) {
    whole = std::min(whole, kill_while_opening(1min));
    put_back();
  }
  auto random = core::make_rng({2026, static_cast<std::uint64_t>(GetParam())});
  int old_ones = 0, new_ones = 0;
  for (int run = 0; run < kKills; ++run) {
    SCOPED_TRACE(std::format("kill {}", run));
    const bool to_the_end = run % 10 == 9;
    kill_while_opening(to_the_end ? 1min : whole * core::uniform_int(random, 0, 150) / 100);
    if (HasFailure()) return;
    int version = 0;
    {
      soci::session sql;
      connect(sql);
      ASSERT_TRUE(rows(sql) == old_rows_);
      sql << "SELECT MAX(version) FROM schema_version", into(version);
    }
    ASSERT_GE(version, kOldVersion);
    ++(version < schema_version() ? old_ones : new_ones);
    if (version < schema_version() && core::uniform_int(random, 0, 2) > 0) continue;  // the next one finds it like this
    expect_whole();
    if (HasFailure()) return;
    put_back();
  }
  EXPECT_GE(old_ones, kKills / 5) << "so many at least before the end";
  EXPECT_GE(new_ones, 1);
}

}  // namespace
}  // namespace vigil::archive
