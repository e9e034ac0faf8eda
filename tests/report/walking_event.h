// A video whose every frame a test can work out, and what events.json says of it: for tests of the pages that show events.
//
// 640 × 360, grey, 25 frames a second, 3.2 s: a white oblong of 48 × 120 pixels at y = 120 walks to the right, at x = 20 + 6
// k in frame k. It is person 1, violent from 0.5 s on; person 2, not violent, stands at [560, 200, 50, 100] and is seen in
// the first two seconds only. The clip begins at 100 s of the video's clock.
#pragma once

#include <filesystem>

#include <nlohmann/json.hpp>

namespace vigil::report {

inline constexpr double kClipBegin = 100;

// Writes the clip and the pictures into the folder; gives the document of an event page, with one event of violence.
nlohmann::json walking_event(const std::filesystem::path& folder);

// The same made an event of a rule: nobody is violent, person 1 did it.
nlohmann::json rule_event(const std::filesystem::path& folder, const std::string& kind);

// What the report of a whole video has on top of an event page.
void add_report_members(nlohmann::json& document);

}  // namespace vigil::report
