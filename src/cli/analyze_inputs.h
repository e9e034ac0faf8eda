// analyze_inputs: what `vigil analyze` and `vigil demo` share: analyse each input into a folder of its own, say what came of
// it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command_context.h"
#include "cli/line_options.h"
#include "cli/people_options.h"
#include "cli/scorer_options.h"

namespace vigil::cli {

// As given on the command line; what is missing takes the default of the pipeline or of the weights.
struct AnalyzeOptions {
  std::vector<std::string> inputs;
  std::filesystem::path out;  // empty: vigil-out/<name of the input>, never one that is already there
  ScorerChoice scorer;
  LineChoice line;
  PeopleChoice people;
  std::string started_at;  // wall-clock time of the video's first frame, "2026-11-26 14:03:20", in this machine's zone
  std::string faces;       // YuNet's file or name; empty: that where it is there, else the operating system's cascades
  bool annotate = false;
};

struct AnalyzeOutcome {
  ExitCode code = ExitCode::kDone;
  std::filesystem::path page;  // the report, or the index over several; empty when nothing was analysed
};

// One input goes to `out` itself, several to folders inside it with an index over them. An input that cannot be read is
// named on standard error and the others are still analysed. The code is the gravest: interrupted, failed, wrong usage,
// unreadable, done.
AnalyzeOutcome analyze_inputs(const AnalyzeOptions& options, const CommandContext& context);

}  // namespace vigil::cli
