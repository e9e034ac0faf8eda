// user as an administrator runs it: on a new folder, with the password on standard input; on the repository of vigil.toml.
#include <filesystem>
#include <format>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "support/postgres.h"
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

class UserCommandWithFile : public testing::Test {
 protected:
  void configure(const std::string& archive) {
    std::ofstream(dir_ / "vigil.toml") << "[server]\nport = 8081\n[archive]\n" << archive;
  }
  test::Outcome user(std::vector<std::string> arguments, const std::string& input = {}) const {
    arguments.insert(arguments.begin(), "user");
    arguments.insert(arguments.end(), {"--config", (dir_ / "vigil.toml").string()});
    return run_vigil(arguments, input);
  }
  void add_ann(const std::vector<std::string>& options = {}) const {
    std::vector<std::string> arguments{"add", "Ann", "--email", "ann@example.org"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto added = user(arguments, "a long password\n");
    EXPECT_EQ(added.exit_code, 0) << added.errors;
  }
  const test::TempDir dir_;
};

TEST_F(UserCommandWithFile, works_in_the_folder_that_the_file_names_unless_it_is_told_another) {
  configure("data = \"data\"\n");
  add_ann();
  EXPECT_TRUE(std::filesystem::exists(dir_ / "data/vigil.db"));
  EXPECT_THAT(user({"list"}).output, HasSubstr("ann@example.org"));
  EXPECT_THAT(user({"list", "--data", (dir_ / "other").string()}).output, HasSubstr("nobody yet"));
}

TEST_F(UserCommandWithFile, works_on_the_database_that_the_file_or_the_command_line_names) {
  test::Postgres server;
  const std::string first = server.new_database(), second = server.new_database();
  configure(std::format("data = \"data\"\ndatabase = \"{}\"\n", first));
  add_ann();
  EXPECT_FALSE(std::filesystem::exists(dir_ / "data/vigil.db")) << "no other database beside it";
  EXPECT_THAT(user({"list"}).output, HasSubstr("ann@example.org"));
  EXPECT_THAT(user({"list", "--database", second}).output, HasSubstr("nobody yet"));
  add_ann({"--database", second});
}

TEST_F(UserCommandWithFile, says_what_is_wrong_with_the_file) {
  const auto missing = user({"list"});
  EXPECT_EQ(missing.exit_code, 3);
  EXPECT_THAT(missing.errors, HasSubstr("vigil.toml"));
  configure("folder = \"data\"\n");
  const auto unknown = user({"list"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.errors, HasSubstr("folder"));
}

}  // namespace
}  // namespace vigil
