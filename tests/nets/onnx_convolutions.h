// The convolutions of an ONNX file in the order of its graph, for tests: just enough of the format for exported detectors.
#pragma once

#include <filesystem>
#include <vector>

#include "nets/yolox.h"

namespace vigil::nets {

// Throws std::runtime_error where the file is not of that kind.
std::vector<FoldedWeights> onnx_convolutions(const std::filesystem::path& path);

}  // namespace vigil::nets
