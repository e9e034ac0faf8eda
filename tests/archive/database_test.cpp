#include "archive/database.h"

#include <filesystem>
#include <fstream>
#include <latch>
#include <thread>

#include <gmock/gmock.h>

#include "archive/databases.h"
#include "archive/events.h"
#include "archive/migrations.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using testing::HasSubstr;

class DatabaseTest : public test::OnBoth {};
VIGIL_ON_BOTH(DatabaseTest);

TEST_P(DatabaseTest, is_new_once) {
  EXPECT_TRUE(open()->is_new());
  EXPECT_FALSE(open()->is_new());
}

TEST_P(DatabaseTest, programs_that_start_together_make_one_schema) {
  url();
  std::vector<std::jthread> programs;
  for (int i = 0; i < 4; ++i) {
    programs.emplace_back([this] { EXPECT_TRUE(Database::open({.url = url(), .connections = 1})); });
  }
  programs.clear();
  EXPECT_FALSE(open()->is_new());
}

TEST_P(DatabaseTest, of_a_newer_program_is_left_alone) {
  ASSERT_TRUE(open()->write([](soci::session& sql) { test::pretend_newer(sql, schema_version() + 1); }));
  const auto refused = Database::open({.url = url()});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
}

TEST_P(DatabaseTest, what_fails_in_the_middle_of_a_write_leaves_nothing) {
  const auto database = open();
  Events events(*database);
  EXPECT_THROW(
      {
        const auto ignored = database->write([&](soci::session& sql) {
          test::set_setting(sql, "a", "1");
          throw std::runtime_error("in the middle");
        });
      },
      std::runtime_error);
  ASSERT_TRUE(database->write([&](soci::session& sql) { EXPECT_FALSE(test::has_setting(sql, "a")); }));
  ASSERT_TRUE(database->write([&](soci::session& sql) { test::set_setting(sql, "b", "1"); }));
  ASSERT_TRUE(database->read([&](soci::session& sql) { EXPECT_TRUE(test::has_setting(sql, "b")); }));
}

TEST(PostgresqlDatabase, comes_back_after_the_server_was_restarted) {
  test::Postgres server;
  const auto database = Database::open({.url = server.new_database(), .connections = 2});
  ASSERT_TRUE(database) << database.error().message;
  Events events(**database);
  ASSERT_TRUE(events.uids());
  server.stop();
  const auto away = events.uids();
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code, ErrorCode::kIo);
  server.start();
  int tries = 0;
  while (!events.uids() && ++tries < 10) {
  }
  EXPECT_LT(tries, 3) << "each connection may fail once";
  EXPECT_TRUE(events.uids());
}

TEST(SqliteDatabase, waits_for_another_program_that_writes) {
  const test::TempDir dir;
  const std::string url = "sqlite:" + (dir / "a file with spaces.db").string();
  const auto one = Database::open({.url = url});
  ASSERT_TRUE(one) << one.error().message;
  const auto other = Database::open({.url = url});
  ASSERT_TRUE(other) << other.error().message;
  std::latch held(1);
  std::jthread holder([&] {
    EXPECT_TRUE((*one)->write([&](soci::session& sql) {
      test::set_setting(sql, "a", "1");
      held.count_down();
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }));
  });
  held.wait();
  const auto waited = (*other)->write([](soci::session& sql) { test::set_setting(sql, "b", "1"); });
  EXPECT_TRUE(waited) << waited.error().message;
}

TEST(SqliteDatabase, says_what_is_wrong) {
  const test::TempDir dir;
  std::ofstream(dir / "text.db") << std::string(5000, 'x');
  const auto text = Database::open({.url = "sqlite:" + (dir / "text.db").string()});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kIo);
  EXPECT_THAT(text.error().message, HasSubstr("text.db"));
  EXPECT_EQ(Database::open({.url = "mysql://x"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Database::open({.url = "sqlite:"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Database::open({.url = "sqlite:" + (dir / "a.db").string(), .connections = 0}).error().code,
            ErrorCode::kInvalidArgument);
  const auto nobody = Database::open({.url = "postgresql://vigil:secret@127.0.0.1:1/x"});
  ASSERT_FALSE(nobody);
  EXPECT_THAT(nobody.error().message, testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace vigil::archive
