#include "cli/demo_command.h"

#include <cstdlib>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/analyze_inputs.h"
#include "cli/desktop.h"
#include "cli/house_files.h"
#include "core/result.h"

namespace vigil::cli {
namespace {

constexpr const char* kStreetVideo = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";

core::Result<std::string> street_video() {
  const char* named = std::getenv("VIGIL_STREET_VIDEO");
  const std::filesystem::path path = named != nullptr && *named != '\0' ? named : kStreetVideo;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) return path.string();
  return core::fail(core::ErrorCode::kNotFound,
                    "the demo's street video is not at " + path.string() +
                        "; install Debian's package opencv-doc, or set VIGIL_STREET_VIDEO to a video");
}

ExitCode run_demo(AnalyzeOptions options, const CommandContext& context) {
  auto street = street_video();
  if (!street) return report_error(street.error());
  options.inputs.insert(options.inputs.begin(), *street);
  options.annotate = true;
  // The example's places are those of the street video.
  if (options.inputs.size() == 1) {
    if (const auto rules = find_house_file("docs/examples/street-rules.toml")) options.line.rules = rules->string();
    options.rules_if_people = true;
  }
  const AnalyzeOutcome outcome = analyze_inputs(options, context);
  if (!outcome.page.empty() && outcome.code != ExitCode::kInterrupted && !context.json) open_on_desktop(outcome.page);
  return outcome.code;
}

}  // namespace

void register_demo_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<AnalyzeOptions>();
  CLI::App* command = app.add_subcommand("demo", "The tour: analyse a real street video, and yours if you name some");
  command->add_option("file", options->inputs, "More videos to analyse");
  command->add_option("--out", options->out, "Folder for the results")->default_str("vigil-out/<input>");
  add_scorer_options(*command, options->scorer);
  add_people_options(*command, options->people);
  add_json_flag(*command, context);
  set_action(*command, context, [options](CommandContext& ctx) { return run_demo(*options, ctx); });
}

}  // namespace vigil::cli
