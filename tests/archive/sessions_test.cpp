// Sessions and tokens of programs while the database can be read and not written.
#include "archive/sessions.h"

#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "archive/accounts.h"
#include "archive/databases.h"

namespace vigil::archive {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

class SessionsTest : public test::OnBoth {
 protected:
  void SetUp() override {
    database_ = open();
    const auto box = SecretBox::open(dir_ / "key");
    ASSERT_TRUE(box) << box.error().message;
    user_ = Accounts(*database_, *box).create({.name = "Ann", .email = "ann@example.org"}, "correct horse battery").value();
    sessions_.emplace(*database_);
  }
  void refuse(const std::string& table) {
    ASSERT_TRUE(database_->write([&](soci::session& sql) { test::refuse_updates(sql, table); }));
  }
  void allow() {
    ASSERT_TRUE(database_->write([](soci::session& sql) { test::allow_updates(sql); }));
  }

  std::unique_ptr<Database> database_;
  std::int64_t user_ = 0;
  std::optional<Sessions> sessions_;
};
VIGIL_ON_BOTH(SessionsTest);

TEST_P(SessionsTest, are_found_while_nothing_can_be_written) {
  const auto opened = sessions_->open(user_, {.at = kNoon});
  const auto other = sessions_->open(user_, {.at = kNoon});
  ASSERT_TRUE(opened && other);
  refuse("sessions");
  const auto found = sessions_->find(opened->token, kNoon + 2min);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->user_id, user_);
  EXPECT_EQ(found->seen, kNoon) << "what is written";
  allow();
  // Where writing waits for another program, not everybody is to wait.
  EXPECT_EQ(sessions_->find(other->token, kNoon + 2min + 30s)->seen, kNoon) << "not tried again at once";
  EXPECT_EQ(sessions_->find(opened->token, kNoon + 3min)->seen, kNoon + 3min);
  EXPECT_EQ(sessions_->find(other->token, kNoon + 3min)->seen, kNoon + 3min);
}

TEST_P(SessionsTest, of_programs_are_found_while_nothing_can_be_written) {
  const auto added = sessions_->add_api_token(user_, "home assistant", std::nullopt);
  ASSERT_TRUE(added) << added.error().message;
  refuse("api_tokens");
  const auto found = sessions_->find_api_token(added->token, kNoon);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_FALSE(found->seen);
  allow();
  EXPECT_EQ(sessions_->find_api_token(added->token, kNoon + 1min)->seen, kNoon + 1min);
}

}  // namespace
}  // namespace vigil::archive
