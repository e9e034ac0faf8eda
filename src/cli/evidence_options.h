// What `vigil analyze` and `watch` need for evidence beside the networks of the line: a finder of faces, the wall-clock
// time.
//
//   auto faces = load_face_finder("");                    // YuNet where it is installed, else the cascades
//   auto begin = parse_wall_clock("2026-11-26 14:03:20");
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/result.h"
#include "vision/face_finder.h"

namespace CLI {
class App;
}

namespace vigil::cli {

// --faces, as load_face_finder() takes it.
void add_faces_option(CLI::App& command, std::string& choice);

// "": YuNet among the installed models, else the operating system's cascades, else null with a line in the log; "none":
// null; "haar": the cascades; else a name or file that find_weights() takes. Errors: as find_weights and FaceFinder::load
// for what was named.
core::Result<std::unique_ptr<vision::FaceFinder>> load_face_finder(const std::string& choice);

// "2026-11-26 14:03", with seconds where they are known, in this machine's zone; a T may stand for the space. Errors:
// kInvalidArgument.
core::Result<std::chrono::zoned_seconds> parse_wall_clock(const std::string& text);

}  // namespace vigil::cli
