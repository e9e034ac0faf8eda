#include "cli/line_options.h"

#include <algorithm>
#include <iterator>

#include <CLI/CLI.hpp>

#include "behavior/rule_file.h"

namespace vigil::cli {
namespace {

using core::MediaDuration;

constexpr double kOffOfOn = 0.75;  // the lower threshold's default, as a share of the upper one

void set_seconds(MediaDuration& target, const std::optional<double>& seconds) {
  if (seconds) target = MediaDuration::from_seconds(*seconds);
}

}  // namespace

void add_line_options(CLI::App& command, LineChoice& choice) {
  command.add_option("--threshold-on", choice.threshold_on, "An event opens at this score")->default_str("the weights' own");
  command.add_option("--threshold-off", choice.threshold_off, "An event stays open down to this score")
      ->default_str("0.75 of the other");
  command.add_option("--stride", choice.stride_s, "Seconds between scored windows")->default_str("0.5");
  command.add_option("--smoothing", choice.smoothing_s, "Seconds over which scores are averaged")->default_str("1");
  command.add_option("--min-duration", choice.min_duration_s, "Shorter events are dropped, in seconds")->default_str("0");
  command.add_option("--merge-gap", choice.merge_gap_s, "Events closer than this are one, in seconds")->default_str("2");
  command.add_option("--pre-roll", choice.pre_roll_s, "Seconds a clip begins before its event")->default_str("2");
  command.add_option("--post-roll", choice.post_roll_s, "Seconds a clip goes on after its event")->default_str("2");
  command
      .add_option("--rules", choice.rules,
                  "What else to watch for (zones, lines, loitering, crowds, running) and what to mask: a TOML file")
      ->check(CLI::ExistingFile);
}

core::Result<pipeline::AnalysisOptions> line_options(const LineChoice& choice, const PeopleChoice& people,
                                                     const vision::ClipClassifierInfo& classifier) {
  pipeline::AnalysisOptions options;
  auto of_people = people_options(people);
  if (!of_people) return std::unexpected(of_people.error());
  options.people = std::move(*of_people);
  options.people_fps = people.fps.value_or(options.people_fps);
  options.detector.threshold_on = choice.threshold_on.value_or(classifier.event_threshold);
  options.detector.threshold_off = choice.threshold_off.value_or(options.detector.threshold_on * kOffOfOn);
  set_seconds(options.stride, choice.stride_s);
  set_seconds(options.smoothing, choice.smoothing_s);
  set_seconds(options.detector.min_duration, choice.min_duration_s);
  set_seconds(options.detector.merge_gap, choice.merge_gap_s);
  set_seconds(options.pre_roll, choice.pre_roll_s);
  set_seconds(options.post_roll, choice.post_roll_s);
  if (!choice.rules.empty()) {
    auto rules = behavior::load_rules(choice.rules);
    if (!rules) return std::unexpected(rules.error());
    options.rules = std::move(*rules);
    std::ranges::copy(options.rules.detection_masks, std::back_inserter(options.people.ignored));
  }
  return options;
}

core::Status check_rules(const pipeline::AnalysisOptions& options, const vision::PeopleFinder* people) {
  if (people || options.rules.rules.rules.empty()) return {};
  return core::fail(core::ErrorCode::kInvalidArgument, "--rules are about people, and nothing here finds them");
}

}  // namespace vigil::cli
