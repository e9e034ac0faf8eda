// Writes a small valid file of each format, with the byte in front that weight_files_fuzz chooses the format by:
//   weight_files_seeds FOLDER
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/torch_file.h"

namespace {

std::string safetensors() {
  const std::string header = R"({"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  return vigil::test::bytes_of<std::uint64_t>({header.size()}) + header + vigil::test::bytes_of<float>({1, 2});
}

// ModelProto { graph (7) { initializer (5) { dims (1): 2, data_type (2): 1, name (8): "w", raw_data (9): 8 bytes } } }
std::string onnx() {
  const std::string tensor = std::string("\x08\x02\x10\x01\x42\x01w\x4a\x08", 9) + vigil::test::bytes_of<float>({1, 2});
  const std::string graph = std::string("\x2a") + static_cast<char>(tensor.size()) + tensor;
  return std::string("\x3a") + static_cast<char>(graph.size()) + graph;
}

std::string tfjs() {
  return R"({"modelTopology":{"node":[{"name":"c","op":"Conv2D","attr":{"strides":{"list":{"i":["1","2"]}}}}]},)"
         R"("weightsManifest":[{"paths":["a"],"weights":[{"name":"w","shape":[2],"dtype":"float32",)"
         R"("quantization":{"dtype":"uint8","scale":0.5,"min":-1}},{"name":"n","shape":[1],"dtype":"int32"}]}]})" +
         std::string("\0\1\2\0\0\0\1", 7);
}

std::string torch_checkpoint() {
  using namespace vigil::test;
  const std::string w = pickle_tensor(pickle_storage("FloatStorage", "0", 2), 0, {2}, {1});
  return torch_file(pickle(pickle_dict({{"w", w}})), {{"0", bytes_of<float>({1, 2})}});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  int format = 0;
  for (const std::string& bytes : {torch_checkpoint(), onnx(), tfjs(), safetensors()}) {
    std::ofstream(folder / ("seed-" + std::to_string(format)), std::ios::binary) << static_cast<char>(format) << bytes;
    ++format;
  }
}
