#include "archive/accounts.h"

#include <gmock/gmock.h>

#include "archive/cameras.h"
#include "archive/databases.h"
#include "archive/sessions.h"
#include "core/atomic_file.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kPassword = "correct horse battery";
constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

class AccountsTest : public test::OnBoth {
 protected:
  void SetUp() override {
    database_ = open();
    box_.emplace(*SecretBox::open(dir_ / "key"));
    accounts_.emplace(*database_, *box_);
    sessions_.emplace(*database_);
  }
  std::int64_t create(const std::string& name, Role role = Role::kViewer) {
    const auto id = accounts_->create({.name = name, .email = name + "@example.org", .role = role}, kPassword);
    EXPECT_TRUE(id) << id.error().message;
    return id.value_or(0);
  }
  core::Error refused(const User& user, const std::string& password) {
    const auto id = accounts_->create(user, password);
    EXPECT_FALSE(id);
    return id ? core::Error{} : id.error();
  }

  std::unique_ptr<Database> database_;
  std::optional<SecretBox> box_;
  std::optional<Accounts> accounts_;
  std::optional<Sessions> sessions_;
};
VIGIL_ON_BOTH(AccountsTest);

TEST_P(AccountsTest, let_in_by_name_or_e_mail_and_the_right_password_only) {
  const auto id = create("Ann", Role::kOperator);
  for (const char* name : {"Ann", "ann", "ANN@example.ORG"}) {
    const auto user = accounts_->check(name, kPassword);
    ASSERT_TRUE(user) << name << ": " << user.error().message;
    EXPECT_EQ(user->id, id);
    EXPECT_EQ(user->role, Role::kOperator);
  }
  const auto wrong_password = accounts_->check("Ann", "correct horse batterz");
  const auto wrong_name = accounts_->check("Bob", kPassword);
  ASSERT_FALSE(wrong_password);
  ASSERT_FALSE(wrong_name);
  EXPECT_EQ(wrong_password.error().message, wrong_name.error().message) << "nobody learns which names there are";
  EXPECT_EQ(accounts_->check("", kPassword).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(accounts_->check("Ann", "").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(accounts_->check("' OR 1=1 --", kPassword).error().code, ErrorCode::kNotFound);
}

TEST_P(AccountsTest, say_clearly_what_is_wrong_with_a_profile) {
  create("Ann");
  const std::string name(70, 'x'), password(2000, 'x'), other = "other@example.org";
  struct Case {
    User user;
    std::string password;
    ErrorCode code;
    std::string field, words;
  };
  for (const Case& wrong : {
           Case{{.name = "", .email = other}, kPassword, ErrorCode::kInvalidArgument, "name", "name is empty"},
           Case{{.name = name, .email = other}, kPassword, ErrorCode::kInvalidArgument, "name", "64 characters"},
           Case{{.name = "b@d", .email = other}, kPassword, ErrorCode::kInvalidArgument, "name", "no @"},
           Case{{.name = "Bob", .email = ""}, kPassword, ErrorCode::kInvalidArgument, "email", "e-mail address is empty"},
           Case{{.name = "Bob", .email = "bob"}, kPassword, ErrorCode::kInvalidArgument, "email", "no e-mail address"},
           Case{{.name = "Bob", .email = other}, "", ErrorCode::kInvalidArgument, "password", "password is empty"},
           Case{{.name = "Bob", .email = other}, "short", ErrorCode::kInvalidArgument, "password", "too short"},
           Case{{.name = "Bob", .email = other}, password, ErrorCode::kInvalidArgument, "password", "too long"},
           Case{{.name = "aNN", .email = other}, kPassword, ErrorCode::kConflict, "name", "name 'aNN' is already used"},
           Case{{.name = "Bob", .email = "ANN@example.org"}, kPassword, ErrorCode::kConflict, "email", "already used"},
       }) {
    const core::Error error = refused(wrong.user, wrong.password);
    EXPECT_EQ(error.code, wrong.code) << wrong.words;
    EXPECT_EQ(error.field, wrong.field) << wrong.words;
    EXPECT_THAT(error.message, HasSubstr(wrong.words));
  }
  EXPECT_EQ(accounts_->all()->size(), 1U);
}

TEST_P(AccountsTest, keep_no_password) {
  create("Ann");
  if (GetParam() != Dialect::kSqlite) return;
  for (const char* file : {"vigil.db", "vigil.db-wal"}) {
    EXPECT_EQ(core::read_file(dir_ / file).value_or("").find(kPassword), std::string::npos);
  }
  EXPECT_NE(core::read_file(dir_ / "vigil.db-wal").value_or("").find("$argon2id$"), std::string::npos);
}

TEST_P(AccountsTest, that_wait_or_are_blocked_are_not_let_in) {
  const auto id = create("Ann");
  ASSERT_TRUE(accounts_->set_state(id, AccountState::kWaiting));
  EXPECT_THAT(accounts_->check("Ann", kPassword).error().message, HasSubstr("approval"));
  EXPECT_EQ(accounts_->check("Ann", "a wrong password").error().code, ErrorCode::kNotFound) << "told to nobody else";
  ASSERT_TRUE(accounts_->set_state(id, AccountState::kBlocked));
  EXPECT_THAT(accounts_->check("Ann", kPassword).error().message, HasSubstr("blocked"));
  ASSERT_TRUE(accounts_->set_state(id, AccountState::kActive));
  EXPECT_TRUE(accounts_->check("Ann", kPassword));
}

TEST_P(AccountsTest, there_is_always_an_administrator) {
  EXPECT_FALSE(*accounts_->any_admin());
  const auto ann = create("Ann", Role::kAdmin);
  EXPECT_TRUE(*accounts_->any_admin());
  EXPECT_EQ(accounts_->set_role(ann, Role::kViewer).error().code, ErrorCode::kConflict);
  EXPECT_EQ(accounts_->set_state(ann, AccountState::kBlocked).error().code, ErrorCode::kConflict);
  EXPECT_EQ(accounts_->remove(ann).error().code, ErrorCode::kConflict);
  EXPECT_EQ(accounts_->get(ann)->role, Role::kAdmin);
  create("Bob", Role::kAdmin);
  EXPECT_TRUE(accounts_->remove(ann));
  EXPECT_EQ(accounts_->get(ann).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(accounts_->set_role(ann, Role::kViewer).error().code, ErrorCode::kNotFound);
}

TEST_P(AccountsTest, a_new_password_counts_and_the_old_one_does_not) {
  const auto id = create("Ann");
  ASSERT_TRUE(accounts_->set_password(id, "another password"));
  EXPECT_FALSE(accounts_->check("Ann", kPassword));
  EXPECT_TRUE(accounts_->check("Ann", "another password"));
  EXPECT_EQ(accounts_->set_password(id, "short").error().code, ErrorCode::kInvalidArgument);
}

TEST_P(AccountsTest, a_second_factor_is_sealed) {
  const auto id = create("Ann");
  EXPECT_EQ(accounts_->totp_secret(id).value(), "");
  ASSERT_TRUE(accounts_->set_totp_secret(id, "JBSWY3DPEHPK3PXP"));
  EXPECT_EQ(accounts_->totp_secret(id).value(), "JBSWY3DPEHPK3PXP");
  EXPECT_TRUE(accounts_->get(id)->second_factor);
  ASSERT_TRUE(accounts_->set_totp_secret(id, ""));
  EXPECT_FALSE(accounts_->get(id)->second_factor);
  EXPECT_EQ(accounts_->totp_secret(99).error().code, ErrorCode::kNotFound);
}

TEST_P(AccountsTest, cameras_are_given_one_by_one) {
  const auto id = create("Ann");
  Cameras cameras(*database_, *box_);
  const auto yard = cameras.add({.name = "Yard"}, "rtsp://yard/").value();
  const auto attic = cameras.add({.name = "Attic"}, "rtsp://attic/").value();
  EXPECT_THAT(*accounts_->cameras_of(id), IsEmpty());
  ASSERT_TRUE(accounts_->set_cameras(id, {attic, yard}));
  EXPECT_THAT(*accounts_->cameras_of(id), testing::UnorderedElementsAre(yard, attic));
  EXPECT_EQ(accounts_->set_cameras(id, {yard, 99}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(accounts_->cameras_of(id)->size(), 2U) << "all or nothing";
  ASSERT_TRUE(cameras.remove(yard));
  EXPECT_THAT(*accounts_->cameras_of(id), ElementsAre(attic));
}

TEST_P(AccountsTest, sessions_are_found_by_their_token_until_they_end) {
  const auto id = create("Ann");
  const auto opened = sessions_->open(id, {.address = "10.0.0.5", .agent = "Browser", .lasts = 1h, .at = kNoon});
  ASSERT_TRUE(opened) << opened.error().message;
  const auto found = sessions_->find(opened->token, kNoon + 30min);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->user_id, id);
  EXPECT_EQ(found->csrf_token, opened->session.csrf_token);
  EXPECT_EQ(found->address, "10.0.0.5");
  EXPECT_EQ(found->seen, kNoon + 30min);
  EXPECT_EQ(sessions_->of(id, kNoon + 30min)->at(0).seen, kNoon + 30min) << "it was seen";
  EXPECT_EQ(sessions_->find(opened->token, kNoon + 1h).error().code, ErrorCode::kNotFound) << "it is over";
  EXPECT_EQ(sessions_->find(opened->token + "x", kNoon).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(sessions_->find("", kNoon).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(sessions_->open(99, {}).error().code, ErrorCode::kNotFound);
}

TEST_P(AccountsTest, sessions_are_revoked_by_whom_they_belong_to) {
  const auto ann = create("Ann");
  const auto bob = create("Bob");
  const auto one = sessions_->open(ann, {.at = kNoon});
  const auto other = sessions_->open(ann, {.at = kNoon + 1min});
  EXPECT_NE(one->token, other->token);
  EXPECT_EQ(sessions_->of(ann, kNoon)->size(), 2U);
  EXPECT_EQ(sessions_->revoke(bob, one->session.id).error().code, ErrorCode::kNotFound) << "not his";
  ASSERT_TRUE(sessions_->revoke(ann, one->session.id));
  EXPECT_FALSE(sessions_->find(one->token, kNoon));
  EXPECT_TRUE(sessions_->find(other->token, kNoon));
  ASSERT_TRUE(sessions_->revoke_all(ann));
  EXPECT_FALSE(sessions_->find(other->token, kNoon));
  const auto last = sessions_->open(bob, {.lasts = 1s, .at = kNoon});
  ASSERT_TRUE(sessions_->forget_expired(kNoon + 2s));
  EXPECT_FALSE(sessions_->find(last->token, kNoon));
  const auto of_ann = sessions_->open(ann, {.at = kNoon});
  create("Root", Role::kAdmin);
  ASSERT_TRUE(accounts_->remove(ann));
  EXPECT_FALSE(sessions_->find(of_ann->token, kNoon)) << "a session does not outlive its user";
}

TEST_P(AccountsTest, tokens_of_programs_come_and_go) {
  const auto ann = create("Ann");
  const auto added = sessions_->add_api_token(ann, "home assistant", std::nullopt);
  ASSERT_TRUE(added) << added.error().message;
  const auto brief = sessions_->add_api_token(ann, "brief", kNoon + 1h);
  const auto found = sessions_->find_api_token(added->token, kNoon);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->user_id, ann);
  EXPECT_FALSE(found->expires);
  EXPECT_TRUE(sessions_->find_api_token(brief->token, kNoon));
  EXPECT_FALSE(sessions_->find_api_token(brief->token, kNoon + 2h));
  EXPECT_EQ(sessions_->api_tokens_of(ann)->size(), 2U);
  ASSERT_TRUE(sessions_->remove_api_token(ann, added->id));
  EXPECT_FALSE(sessions_->find_api_token(added->token, kNoon));
  EXPECT_EQ(sessions_->add_api_token(ann, "", std::nullopt).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace vigil::archive
