#include "cli/command_context.h"

#include <cstdio>
#include <utility>

#include <CLI/CLI.hpp>

namespace vigil::cli {

void set_action(CLI::App& command, CommandContext& context, std::function<ExitCode(CommandContext&)> action) {
  // CLI11 calls back the inner of two nested commands first.
  command.callback([&command, &context, action = std::move(action)] {
    if (command.get_subcommands().empty()) context.action = action;
  });
}

core::Status refuse_options_of(const CLI::App& outer, std::string_view inner) {
  for (const CLI::Option* option : outer.get_options()) {
    if (option->count() == 0) continue;
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("{} is not an option of {} {}", option->get_name(), outer.get_name(), inner));
  }
  return {};
}

void add_json_flag(CLI::App& command, CommandContext& context) {
  command.add_flag("--json", context.json, "Print the result as JSON on standard output");
}

void print_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

}  // namespace vigil::cli
