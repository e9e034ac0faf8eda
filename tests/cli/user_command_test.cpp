// user as an administrator runs it: on a new folder, with the password on standard input.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "support/temp_dir.h"

namespace vigil {
namespace {

using nlohmann::json;
using test::run_vigil;
using testing::HasSubstr;
using testing::Not;

class UserCommand : public testing::Test {
 protected:
  test::Outcome user(std::vector<std::string> arguments, const std::string& input = {}) const {
    arguments.insert(arguments.begin(), "user");
    arguments.insert(arguments.end(), {"--data", (dir_ / "data").string()});
    return run_vigil(arguments, input);
  }
  const test::TempDir dir_;
};

TEST_F(UserCommand, adds_lists_and_gives_a_new_password) {
  EXPECT_THAT(user({"list"}).output, HasSubstr("nobody yet"));
  const auto added = user({"add", "Ann", "--email", "ann@example.org", "--role", "admin"}, "a long password\n");
  ASSERT_EQ(added.exit_code, 0) << added.errors;
  EXPECT_THAT(added.output + added.errors, Not(HasSubstr("a long password")));
  const json users = json::parse(user({"list", "--json"}).output);
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0]["name"], "Ann");
  EXPECT_EQ(users[0]["role"], "admin");
  EXPECT_THAT(user({"list"}).output, HasSubstr("ann@example.org"));
  EXPECT_EQ(user({"passwd", "Ann"}, "another password\n").exit_code, 0);
}

TEST_F(UserCommand, says_what_is_wrong) {
  const auto brief = user({"add", "Ann", "--email", "ann@example.org"}, "short\n");
  EXPECT_EQ(brief.exit_code, 2);
  EXPECT_THAT(brief.errors, HasSubstr("too short"));
  EXPECT_EQ(user({"add", "Ann", "--email", "ann@example.org"}).exit_code, 2) << "no password came";
  ASSERT_EQ(user({"add", "Ann", "--email", "ann@example.org"}, "a long password\n").exit_code, 0);
  EXPECT_THAT(user({"add", "ANN", "--email", "b@example.org"}, "a long password\n").errors, HasSubstr("already used"));
  EXPECT_EQ(user({"add", "Bob", "--email", "b@example.org", "--role", "king"}, "a long password\n").exit_code, 2);
  const auto nobody = user({"passwd", "Bob"}, "a long password\n");
  EXPECT_EQ(nobody.exit_code, 2);
  EXPECT_THAT(nobody.errors, HasSubstr("'Bob'"));
}

}  // namespace
}  // namespace vigil
