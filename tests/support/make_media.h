// Media files for tests, made by the ffmpeg program when first needed and kept in the system's temporary directory under a
// name that depends on how they were made, so that other tests and later runs find them there.
//
//   const auto path = make_media("bframes.mp4", "-f lavfi -i testsrc2=s=320x240:r=25:d=2 -c:v libx264 -bf 3");
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vigil::test {

// Runs `ffmpeg ARGUMENTS OUTPUT` and gives OUTPUT, a file with this name's extension. `arguments` are split at blanks.
// Throws std::runtime_error when ffmpeg fails.
std::filesystem::path make_media(const std::string& name, const std::string& arguments);

// The whole file.
std::string read_bytes(const std::filesystem::path& path);

// Runs a program of the PATH and gives its standard output. Throws std::runtime_error when it fails.
std::string run_program(const std::vector<std::string>& command);

}  // namespace vigil::test
