#include "nn/tfjs_weights.h"

#include <array>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "core/atomic_file.h"
#include "support/temp_dir.h"

namespace vigil::nn {
namespace {

std::string bytes_of(const std::vector<float>& values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

class TfjsWeights : public testing::Test {
 protected:
  core::Result<TensorMap> read(const std::string& manifest) {
    EXPECT_TRUE(
        core::write_file_atomically(dir_ / "model.json", R"({"modelTopology":{},"weightsManifest":)" + manifest + "}"));
    EXPECT_TRUE(core::write_file_atomically(dir_ / "a.bin", bytes_of({1, 2, 3, 4, 5})));
    EXPECT_TRUE(core::write_file_atomically(dir_ / "b.bin", bytes_of({6, 7})));
    return read_tfjs_weights(dir_ / "model.json");
  }
  test::TempDir dir_;
};

TEST_F(TfjsWeights, reads_tensors_that_cross_shards) {
  const auto tensors = read(R"([{"paths":["a.bin","b.bin"],"weights":[
      {"name":"x/kernel","shape":[2,3],"dtype":"float32"},{"name":"x/bias","shape":[1],"dtype":"float32"}]}])");
  ASSERT_TRUE(tensors) << tensors.error().message;
  EXPECT_TRUE(torch::equal(tensors->at("x/kernel"), torch::tensor({{1.0F, 2.0F, 3.0F}, {4.0F, 5.0F, 6.0F}})));
  EXPECT_EQ(tensors->at("x/bias").item<float>(), 7);
}

TEST_F(TfjsWeights, what_does_not_fit_is_an_error_that_names_it) {
  struct Case {
    std::string manifest, named;
  };
  const std::array cases = {
      Case{R"([{"paths":["a.bin"],"weights":[{"name":"k","shape":[6],"dtype":"float32"}]}])", "end inside tensor 'k'"},
      Case{R"([{"paths":["a.bin"],"weights":[{"name":"k","shape":[4],"dtype":"float32"}]}])", "hold 20 bytes"},
      Case{R"([{"paths":["../a.bin"],"weights":[]}])", "outside the model's folder"},
      Case{R"([{"paths":["a.bin"],"weights":[{"name":"k","shape":[-5],"dtype":"float32"}]}])", "impossible shape"},
      Case{R"([{"paths":["a.bin"],"weights":[{"name":"k","shape":[4294967296,4294967296],"dtype":"float32"}]}])",
           "impossible shape"},
      Case{R"([{"paths":["a.bin"],"weights":[{"name":"k","shape":[5],"dtype":"complex64"}]}])", "complex64"},
      Case{R"([{"paths":["gone.bin"],"weights":[]}])", "gone.bin"},
      Case{R"({"paths":3})", "no usable TensorFlow.js model"},
  };
  for (const Case& c : cases) {
    const auto tensors = read(c.manifest);
    ASSERT_FALSE(tensors) << c.manifest;
    EXPECT_NE(tensors.error().message.find(c.named), std::string::npos) << tensors.error().message;
  }
}

}  // namespace
}  // namespace vigil::nn
