// CameraScene: what is to be seen in a camera's picture: zones, lines, rules and masks, and when violence is an event; as
// the settings of its row hold it (archive::Camera::settings).
//
//   {"zones": [{"name": "lawn", "polygon": [[0, 0.5], …]}], "lines": [{"name", "from", "to"}],
//    "rules": [{"name", "kind", …}], "masks": [{"kind", "polygon"}], "threshold": 0.6 or null}
//
// The tables are those of docs/rules-toml.md, read by the same reader with the same messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "behavior/rule_file.h"
#include "core/result.h"

namespace vigil::station {

struct CameraScene {
  behavior::RuleFile rules;
  std::optional<double> threshold;  // [0, 1] of violence; nothing: the model's own
};

// `json` may leave members out. Errors: kInvalidArgument, naming what is wrong and what to do.
core::Result<CameraScene> read_scene(std::string_view json);

// The scene that a file of rules (docs/rules-toml.md) describes, as JSON. Errors: kInvalidArgument.
core::Result<std::string> scene_of_rules(std::string_view toml, std::string_view origin);

// The scene of a camera that nobody has described yet.
inline constexpr const char* kEmptyScene = R"({"zones": [], "lines": [], "rules": [], "masks": [], "threshold": null})";

}  // namespace vigil::station
