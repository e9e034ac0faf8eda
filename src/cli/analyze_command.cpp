#include "cli/analyze_command.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "cli/analyze_inputs.h"
#include "cli/evidence_options.h"

namespace vigil::cli {

void register_analyze_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<AnalyzeOptions>();
  CLI::App* command = app.add_subcommand("analyze", "Find people and violence in videos: tracks, events, clips, a report");
  command->add_option("input", options->inputs, "Video files or URLs")->required();
  command->add_option("--out", options->out, "Folder for the results; several inputs get a folder each inside it")
      ->default_str("vigil-out/<input>");
  add_scorer_options(*command, options->scorer);
  add_line_options(*command, options->line);
  command->add_option("--started-at", options->started_at,
                      "Wall-clock time of the first frame, \"2026-11-26 14:03:20\" in this machine's zone; for reports and "
                      "the schedules of rules");
  add_faces_option(*command, options->faces);
  command->add_flag("--annotate", options->annotate,
                    "Also write annotated.mp4, the video with scores and people drawn on it");
  add_people_options(*command, options->people);
  add_json_flag(*command, context);
  set_action(*command, context, [options](CommandContext& ctx) { return analyze_inputs(*options, ctx).code; });
}

}  // namespace vigil::cli
