#include "cli/people_options.h"

#include <filesystem>
#include <format>

#include <CLI/CLI.hpp>

#include "cli/house_models.h"
#include "core/log.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;
using core::Result;

// From here on, people are found for the tracker, which decides itself what to make of unsure ones.
constexpr float kMinScore = 0.1F;

// The weights chosen; nothing where none are wanted.
Result<std::optional<fs::path>> find_choice(const std::optional<std::string>& given, const char* by_default) {
  const std::string name = given.value_or(by_default);
  if (name == kNone) return std::optional<fs::path>();
  auto path = find_weights(name);
  if (!path) return std::unexpected(path.error());
  return std::optional(std::move(*path));
}

vision::DetectorOptions detector_options(const PeopleChoice& choice) {
  vision::DetectorOptions options{.score_threshold = choice.min_score.value_or(kMinScore), .threads = choice.threads};
  if (!choice.input.empty()) {
    options.input_width_px = choice.input.front();
    options.input_height_px = choice.input.back();
  }
  if (choice.tiles) options.tiling = {.columns = (*choice.tiles)[0], .rows = (*choice.tiles)[1]};
  return options;
}

Result<std::vector<core::Region>> parse_regions(const std::vector<std::string>& texts) {
  std::vector<core::Region> regions;
  for (const std::string& text : texts) {
    auto region = core::Region::parse(text);
    if (!region) return std::unexpected(region.error());
    regions.push_back(std::move(*region));
  }
  return regions;
}

}  // namespace

void add_people_options(CLI::App& command, PeopleChoice& choice) {
  const std::string group = "People";
  command
      .add_option("--detector", choice.detector,
                  "What finds people: public or house weights by name, a .safetensors, .json, .onnx, .weights or .cfg file, "
                  "or none")
      ->default_str(kDefaultDetector)
      ->group(group);
  command.add_option("--pose", choice.pose, "What finds key points: weights by name, a file, or none")
      ->default_str(kDefaultPose)
      ->group(group);
  command
      .add_option("--embedder", choice.embedder,
                  "What knows people again by their looks: weights by name, a .safetensors or .onnx file, or none")
      ->default_str(kDefaultEmbedder)
      ->group(group);
  command.add_option("--people-fps", choice.fps, "Frames a second in which people are looked for")
      ->default_str("10")
      ->group(group);
  command.add_option("--min-score", choice.min_score, "Score from which the tracker is shown detections")
      ->default_str(std::format("{:.1f}", kMinScore))
      ->group(group);
  command
      .add_option("--min-new-score", choice.min_new_score,
                  "Score from which someone new is followed (below 0.5 as 0.5); more: fewer false people, later ones")
      ->default_str(std::format("{:.2f}", vision::TrackerOptions().min_new_score))
      ->group(group);
  command.add_option("--detector-input", choice.input, "Pixels that the detector is shown: a side, or WIDTH,HEIGHT")
      ->default_str("its own")
      ->delimiter(',')
      ->expected(1, 2)
      ->group(group);
  command
      .add_option("--tiles", choice.tiles, "Look at COLUMNSxROWS overlapping parts of each frame, for people who are small")
      ->default_str("1x1")
      ->delimiter('x')
      ->group(group);
  command
      .add_option(
          "--region", choice.regions,
          "Only people who stand in it: corners as shares of the picture, \"0.1,0.5 0.9,0.5 0.5,1\"; may be repeated")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(group);
  command.add_option("--ignore-region", choice.ignored, "No people who stand in it; as --region")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(group);
  command.add_option("--threads", choice.threads, "Computing threads (0: one per core); changes speed, never results")
      ->check(CLI::Range(0, 1024));
  command.add_flag("--no-motion-gate", choice.no_motion_gate, "Look for people also in frames in which nothing moved")
      ->group(group);
}

Result<pipeline::PeopleOptions> people_options(const PeopleChoice& choice) {
  pipeline::PeopleOptions options;
  auto regions = parse_regions(choice.regions);
  if (!regions) return std::unexpected(regions.error());
  auto ignored = parse_regions(choice.ignored);
  if (!ignored) return std::unexpected(ignored.error());
  options.regions = std::move(*regions);
  options.ignored = std::move(*ignored);
  options.tracker.min_new_score = choice.min_new_score.value_or(options.tracker.min_new_score);
  if (choice.no_motion_gate) options.motion_gate.reset();
  return options;
}

Result<std::unique_ptr<vision::PeopleFinder>> load_people_finder(const PeopleChoice& choice) {
  const auto detector = find_choice(choice.detector, kDefaultDetector);
  if (!detector && choice.detector) return std::unexpected(detector.error());
  const auto pose = find_choice(choice.pose, kDefaultPose);
  if (!pose && choice.pose) return std::unexpected(pose.error());
  if (!detector || !pose) {
    core::log_warning("people are not looked for: {}", (!detector ? detector.error() : pose.error()).message);
    return std::unique_ptr<vision::PeopleFinder>();
  }
  if (!*detector && !*pose) return std::unique_ptr<vision::PeopleFinder>();
  const auto embedder = find_choice(choice.embedder, kDefaultEmbedder);
  if (!embedder) return std::unexpected(embedder.error());

  vision::PeopleNetworks networks;
  // One network that gives both need not run twice.
  const bool shared = *detector == *pose && !choice.tiles && choice.input.empty();
  if (*detector && !shared) {
    auto loaded = vision::Detector::load(**detector, detector_options(choice));
    if (!loaded) return std::unexpected(loaded.error());
    networks.detector = std::move(*loaded);
  }
  if (*pose) {
    auto loaded = vision::PoseEstimator::load(
        **pose, {.score_threshold = choice.min_score.value_or(kMinScore), .threads = choice.threads});
    if (!loaded) return std::unexpected(loaded.error());
    networks.pose = std::move(*loaded);
  }
  if (*embedder) {
    auto loaded = vision::Embedder::load(**embedder, {.threads = choice.threads});
    if (!loaded) return std::unexpected(loaded.error());
    networks.embedder = std::move(*loaded);
  }
  return vision::network_people_finder(std::move(networks));
}

}  // namespace vigil::cli
