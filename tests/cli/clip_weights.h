// A weights file for tests of commands: the document's network with the weights it is born with. Its scores mean nothing;
// tests set the thresholds so that everything or nothing is an event.
#pragma once

#include <filesystem>

namespace vigil::test {

// Throws std::runtime_error when it cannot be written.
void write_clip_weights(const std::filesystem::path& path);

}  // namespace vigil::test
