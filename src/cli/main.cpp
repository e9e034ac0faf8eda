// The `vigil` program: parses the command line, runs one sub-command, ends with its exit code.
#include <exception>
#include <string_view>

#include <CLI/CLI.hpp>

#include "cli/analyze_command.h"
#include "cli/bench_command.h"
#include "cli/command_context.h"
#include "cli/demo_command.h"
#include "cli/eval_command.h"
#include "cli/fuse_command.h"
#include "cli/label_command.h"
#include "cli/models_command.h"
#include "cli/predict_command.h"
#include "cli/serve_command.h"
#include "cli/signals.h"
#include "cli/tracklets_command.h"
#include "cli/train_command.h"
#include "cli/user_command.h"
#include "cli/watch_command.h"
#include "core/log.h"
#include "core/memory.h"

namespace {

using namespace vigil::cli;

bool has_command(const CLI::App& app, const char* name) {
  return !app.get_subcommands([&](const CLI::App* command) { return command->check_name(name); }).empty();
}

ExitCode parse_and_run(int argc, char** argv) {
  const StopOnSignals signals;
  CommandContext context{.stop = signals.token()};

  CLI::App app("Vigil watches video and says what happens in it.", "vigil");
  app.set_version_flag("--version", "vigil " VIGIL_VERSION);
  app.add_flag("-q,--quiet", context.quiet, "No progress and no messages but errors");
  app.require_subcommand(1);
  app.fallthrough();
  register_demo_command(app, context);
  register_serve_command(app, context);
  register_analyze_command(app, context);
  register_watch_command(app, context);
  register_train_command(app, context);
  register_eval_command(app, context);
  register_fuse_command(app, context);
  register_predict_command(app, context);
  register_bench_command(app, context);
  register_label_command(app, context);
  register_tracklets_command(app, context);
  register_models_command(app, context);
  register_user_command(app, context);

  if (argc < 2) {
    print_line(app.help());
    return ExitCode::kWrongUsage;
  }
  if (const std::string_view name = argv[1]; !name.starts_with('-') && !has_command(app, argv[1])) {
    vigil::core::log_error("no command is called {}; see vigil --help", name);
    return ExitCode::kWrongUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    app.exit(asked);
    return ExitCode::kDone;
  } catch (const CLI::ParseError& wrong) {
    vigil::core::log_error("{}; see vigil --help", wrong.what());
    return ExitCode::kWrongUsage;
  }
  if (context.quiet) vigil::core::set_log_level(vigil::core::LogLevel::kError);
  return context.action(context);
}

}  // namespace

int main(int argc, char** argv) {
  vigil::core::keep_freed_memory();
  try {
    return static_cast<int>(parse_and_run(argc, argv));
  } catch (const std::exception& failure) {
    vigil::core::log_error("{}", failure.what());
    return static_cast<int>(ExitCode::kFailed);
  }
}
