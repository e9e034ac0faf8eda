#include "cli/user_command.h"

#include <format>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "archive/archive.h"
#include "cli/password_prompt.h"
#include "cli/repository_choice.h"
#include "server/credentials.h"

namespace vigil::cli {
namespace {

using archive::Archive;
using archive::User;
using Json = nlohmann::ordered_json;

struct UserChoice {
  std::string name, email, role = "viewer";
  RepositoryChoice repository;
};

// Beside a server that has it open, too.
core::Result<std::unique_ptr<Archive>> open_archive(const UserChoice& choice) {
  const auto options = options_of(choice.repository);
  if (!options) return std::unexpected(options.error());
  return Archive::open({.folder = options->data, .database = options->database, .connections = 1, .exclusive = false});
}

ExitCode add(const UserChoice& choice) {
  const auto opened = open_archive(choice);
  if (!opened) return report_error(opened.error());
  const auto password = ask_new_password();
  if (!password) return report_error(password.error());
  const auto id = (*opened)->accounts().create(
      {.name = choice.name, .email = choice.email, .role = archive::role_of(choice.role)}, *password);
  if (!id) return report_error(id.error());
  print("{} may log in, as {}", choice.name, choice.role);
  return ExitCode::kDone;
}

ExitCode passwd(const UserChoice& choice) {
  const auto opened = open_archive(choice);
  if (!opened) return report_error(opened.error());
  const auto users = (*opened)->accounts().all();
  if (!users) return report_error(users.error());
  for (const User& user : *users) {
    if (user.name != choice.name) continue;
    const auto password = ask_new_password();
    if (!password) return report_error(password.error());
    if (auto set = (*opened)->accounts().set_password(user.id, *password); !set) return report_error(set.error());
    if (auto revoked = server::revoke_credentials((*opened)->sessions(), user.id); !revoked) {
      return report_error(revoked.error());
    }
    print("{} has a new password, is logged out everywhere, and programs need new tokens", user.name);
    return ExitCode::kDone;
  }
  return report_error({.code = core::ErrorCode::kInvalidArgument,
                       .message = std::format("nobody is called '{}'; vigil user list names all", choice.name)});
}

ExitCode list(const UserChoice& choice, const CommandContext& context) {
  const auto opened = open_archive(choice);
  if (!opened) return report_error(opened.error());
  const auto users = (*opened)->accounts().all();
  if (!users) return report_error(users.error());
  if (context.json) {
    Json all = Json::array();
    for (const User& user : *users) {
      all.push_back({{"id", user.id},
                     {"name", user.name},
                     {"email", user.email},
                     {"role", to_string(user.role)},
                     {"state", to_string(user.state)},
                     {"second_factor", user.second_factor}});
    }
    print_line(all.dump(1));
    return ExitCode::kDone;
  }
  for (const User& user : *users) {
    print("{:<20} {:<30} {:<9} {}{}", user.name, user.email, to_string(user.role), to_string(user.state),
          user.second_factor ? ", second factor" : "");
  }
  if (users->empty()) print("nobody yet: vigil user add NAME --email ADDRESS --role admin");
  return ExitCode::kDone;
}

}  // namespace

void register_user_command(CLI::App& app, CommandContext& context) {
  CLI::App* command = app.add_subcommand("user", "Accounts of a repository, also while a server has it open");
  command->require_subcommand(1);
  auto choice = std::make_shared<UserChoice>();
  CLI::App* adder =
      command->add_subcommand("add", "Make an account; the password is asked for, or read from standard input");
  adder->add_option("name", choice->name, "What the user logs in as")->required();
  adder->add_option("--email", choice->email, "Their e-mail address")->required();
  adder->add_option("--role", choice->role, "admin, operator or viewer")
      ->check(CLI::IsMember({"admin", "operator", "viewer"}))
      ->capture_default_str();
  add_repository_options(*adder, choice->repository);
  set_action(*adder, context, [choice](CommandContext&) { return add(*choice); });

  CLI::App* changer = command->add_subcommand("passwd", "Give a user a new password, and log them out everywhere");
  changer->add_option("name", choice->name, "The user")->required();
  add_repository_options(*changer, choice->repository);
  set_action(*changer, context, [choice](CommandContext&) { return passwd(*choice); });

  CLI::App* lister = command->add_subcommand("list", "Who may log in, and as what");
  add_repository_options(*lister, choice->repository);
  add_json_flag(*lister, context);
  set_action(*lister, context, [choice](CommandContext& ctx) { return list(*choice, ctx); });
}

}  // namespace vigil::cli
