#include "cli/label_command.h"

#include <array>
#include <charconv>
#include <format>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/house_models.h"
#include "cli/progress_bar.h"
#include "learn/labelling.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::Result;

struct LabelOptions {
  std::vector<std::string> videos;
  std::vector<std::string> teachers;
  learn::LabellingOptions labelling;
  vision::DetectorOptions detection{.score_threshold = 0.1F};
};

// "640x480" → 640, 480.
std::optional<std::array<int, 2>> parse_pair(std::string_view text) {
  std::array<int, 2> values{};
  const auto cross = text.find('x');
  if (cross == std::string_view::npos) return std::nullopt;
  const std::array parts = {text.substr(0, cross), text.substr(cross + 1)};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [end, error] = std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), values[i]);
    if (error != std::errc{} || end != parts[i].data() + parts[i].size()) return std::nullopt;
  }
  return values;
}

// "NAME", "NAME@WIDTHxHEIGHT" or "NAME@WIDTHxHEIGHT/COLUMNSxROWS".
Result<learn::Teacher> load_teacher(const std::string& text, vision::DetectorOptions options) {
  const auto at = text.rfind('@');
  const std::string name = text.substr(0, at);
  if (at != std::string::npos) {
    const std::string_view how = std::string_view(text).substr(at + 1);
    const auto slash = how.find('/');
    const auto size = parse_pair(how.substr(0, slash));
    const auto tiles = slash == std::string_view::npos ? std::array{1, 1} : parse_pair(how.substr(slash + 1));
    if (!size || !tiles) {
      return fail(ErrorCode::kInvalidArgument,
                  std::format("--teacher {}: reads NAME@WIDTHxHEIGHT/COLUMNSxROWS, e.g. nanodet@640x480/2x2", text));
    }
    options.input_width_px = (*size)[0];
    options.input_height_px = (*size)[1];
    options.tiling.columns = (*tiles)[0];
    options.tiling.rows = (*tiles)[1];
  }
  const auto path = find_weights(name);
  if (!path) return std::unexpected(path.error());
  auto detector = vision::Detector::load(*path, options);
  if (!detector) return std::unexpected(detector.error().with_context("--teacher " + text));
  return learn::Teacher{.name = fs::path(text).filename().string(), .detector = *std::move(detector)};
}

ExitCode label(LabelOptions options, CommandContext& context) {
  std::vector<learn::Teacher> teachers;
  for (const std::string& text : options.teachers) {
    auto teacher = load_teacher(text, options.detection);
    if (!teacher) return report_error(teacher.error());
    teachers.push_back(*std::move(teacher));
  }
  const std::vector<fs::path> videos(options.videos.begin(), options.videos.end());
  Result<learn::LabellingOutcome> outcome;
  {
    ProgressBar bar({.title = "label", .quiet = context.quiet});
    options.labelling.stop = context.stop;
    options.labelling.progress = bar.sink();
    outcome = learn::label_videos(teachers, videos, options.labelling);
  }
  if (!outcome) return report_error(outcome.error());
  if (context.json) {
    const nlohmann::json document = {{"file", options.labelling.out.string()},
                                     {"videos", outcome->videos},
                                     {"pictures", outcome->pictures},
                                     {"boxes", outcome->boxes}};
    print_line(document.dump(2));
    return ExitCode::kDone;
  }
  print("{} boxes in {} pictures of {} videos: {}", outcome->boxes, outcome->pictures, outcome->videos,
        options.labelling.out.string());
  return ExitCode::kDone;
}

}  // namespace

void register_label_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<LabelOptions>();
  CLI::App* command =
      app.add_subcommand("label", "Label people in videos by what detectors find, as COCO JSON to train another one on");
  command->add_option("videos", options->videos, "Videos")->required();
  command
      ->add_option("--teacher", options->teachers,
                   "A detector: a name or file, and how it looks: NAME@WIDTHxHEIGHT/COLUMNSxROWS (its own input, one tile); "
                   "several are fused")
      ->required()
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--out", options->labelling.out, "The JSON file; videos it already holds are not labelled again")
      ->required();
  command->add_option("--pictures", options->labelling.pictures,
                      "Folder for the labelled pictures as JPEG (none are written)");
  command->add_option("--every", options->labelling.every_s, "Seconds between two pictures of a video; 0: every frame")
      ->capture_default_str();
  command->add_option("--min-score", options->labelling.fusion.min_score, "Score from which a box is kept")
      ->capture_default_str();
  command->add_flag("--overwrite", options->labelling.overwrite, "Start afresh although the file was made otherwise");
  command->add_option("--device", options->detection.device, "auto, cpu, cuda or cuda:N; of our own networks");
  command->add_option("--threads", options->detection.threads, "Computing threads (0: one per core)")
      ->check(CLI::Range(0, 1024));
  add_json_flag(*command, context);
  set_action(*command, context, [options](CommandContext& ctx) { return label(*options, ctx); });
}

}  // namespace vigil::cli
