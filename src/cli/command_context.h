// CommandContext: what every sub-command is given, and how a sub-command is made known to the program.
//
//   // train_command.h
//   void register_train_command(CLI::App& app, CommandContext& context);
//
//   // train_command.cpp
//   void register_train_command(CLI::App& app, CommandContext& context) {
//     auto options = std::make_shared<TrainOptions>();
//     CLI::App* command = app.add_subcommand("train", "Train a model from a recipe");
//     command->add_option("recipe", options->recipe, "A name in recipes/ or a TOML file")->required();
//     add_json_flag(*command, context);
//     set_action(*command, context, [options](CommandContext& ctx) { return train(*options, ctx); });
//   }
//
// main.cpp calls each register function once; parsing picks one action; main runs it and ends with its exit code. Results
// go to standard output (print()), progress and messages to standard error. Rooms never print.
#pragma once

#include <format>
#include <functional>
#include <stop_token>
#include <string_view>
#include <utility>

#include "cli/exit_code.h"
#include "core/result.h"

namespace CLI {
class App;
}

namespace vigil::cli {

struct CommandContext {
  bool quiet = false;  // --quiet: no progress and no messages but errors; results are still printed
  bool json = false;   // --json: the result is one JSON document on standard output, and nothing else is printed there
  std::stop_token stop = {};  // Ctrl-C or SIGTERM; commands pass it on, keep what is finished and return kInterrupted
  std::function<ExitCode(CommandContext&)> action = {};  // of the sub-command that was chosen
};

// Runs `action` when `command` is the one that was named on the command line, and no command within it.
void set_action(CLI::App& command, CommandContext& context, std::function<ExitCode(CommandContext&)> action);

// Options of a command reach it also when they stand behind a command within it, where they would be ignored without a
// word. Errors: kInvalidArgument (an option of `outer` was given).
core::Status refuse_options_of(const CLI::App& outer, std::string_view inner);

// Gives `command` the flag --json.
void add_json_flag(CLI::App& command, CommandContext& context);

// One line on standard output.
void print_line(std::string_view line);

template <typename... Args>
void print(std::format_string<Args...> format, Args&&... args) {
  print_line(std::format(format, std::forward<Args>(args)...));
}

}  // namespace vigil::cli
