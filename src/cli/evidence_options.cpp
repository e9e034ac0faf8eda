#include "cli/evidence_options.h"

#include <algorithm>
#include <format>
#include <sstream>

#include <CLI/CLI.hpp>

#include "cli/house_models.h"
#include "cli/people_options.h"
#include "core/log.h"

namespace vigil::cli {
namespace {

constexpr const char* kYunet = "yunet";
constexpr const char* kHaar = "haar";

}  // namespace

void add_faces_option(CLI::App& command, std::string& choice) {
  command.add_option("--faces", choice, "What finds faces in the evidence: yunet, a file of it, haar, or none")
      ->default_str("yunet where it is installed, else haar");
}

core::Result<std::unique_ptr<vision::FaceFinder>> load_face_finder(const std::string& choice) {
  if (choice == kNone) return std::unique_ptr<vision::FaceFinder>();
  if (choice.empty()) {
    const auto installed = find_weights(kYunet);
    auto finder = vision::FaceFinder::load({.model = installed.value_or(""), .cascades = vision::kDebianCascades});
    if (finder) return finder;
    core::log_warning("faces are not looked for: {}", finder.error().message);
    return std::unique_ptr<vision::FaceFinder>();
  }
  if (choice == kHaar) return vision::FaceFinder::load({.model = {}, .cascades = vision::kDebianCascades});
  const auto model = find_weights(choice);
  if (!model) return std::unexpected(model.error());
  return vision::FaceFinder::load({.model = *model, .cascades = {}});
}

core::Result<std::chrono::zoned_seconds> parse_wall_clock(const std::string& text) {
  std::string spaced = text;
  std::ranges::replace(spaced, 'T', ' ');
  for (const char* format : {"%F %T", "%F %R"}) {
    std::istringstream in(spaced);
    std::chrono::local_seconds local;
    in >> std::chrono::parse(format, local);
    if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) continue;
    // Of an hour that comes twice the first is meant; one that never comes is moved on.
    return std::chrono::zoned_seconds(std::chrono::current_zone(), local, std::chrono::choose::earliest);
  }
  return core::fail(core::ErrorCode::kInvalidArgument,
                    std::format("'{}' is no date and time; write it as 2026-11-26 14:03:20", text));
}

}  // namespace vigil::cli
