// RuleFile: what a user wrote about a camera's picture, as TOML: zones, lines, rules and masks. docs/rules-toml.md describes
// the format.
//
//   auto file = load_rules("street.toml");
//   auto engine = RuleEngine::create(file->rules, {.frame_width_px = 1280, .frame_height_px = 720});
//
// Read strictly: a key that is not known, a value of another type or out of range, and a name that stands for nothing are
// errors, which name the file, the line, the key, the value and what to do. Safe from any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "behavior/rule_set.h"
#include "core/region.h"
#include "core/result.h"

namespace vigil::behavior {

struct RuleFile {
  RuleSet rules;                              // valid
  std::vector<core::Region> detection_masks;  // people whose feet stand in one do not count
  std::vector<core::Region> privacy_masks;    // to be made unrecognisable in all that is written
};

// `origin` is named in messages. Errors: kInvalidArgument.
core::Result<RuleFile> parse_rules(std::string_view toml, std::string_view origin);

// The same text as JSON: {"zone": [{"name": …}], "rule": […]}. Errors: kInvalidArgument.
core::Result<std::string> rules_as_json(std::string_view toml, std::string_view origin);

// Errors: kNotFound, kIo, kInvalidArgument.
core::Result<RuleFile> load_rules(const std::filesystem::path& path);

}  // namespace vigil::behavior
