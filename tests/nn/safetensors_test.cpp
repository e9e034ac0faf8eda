#include "nn/safetensors.h"

#include <cstring>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/atomic_file.h"
#include "support/temp_dir.h"

namespace vigil::nn {
namespace {

using ::testing::HasSubstr;

std::string with_header(const std::string& header, const std::string& data = "") {
  std::string bytes(8, '\0');
  const std::uint64_t size = header.size();
  std::memcpy(bytes.data(), &size, 8);
  return bytes + header + data;
}

core::Error error_of(const std::string& bytes) {
  const test::TempDir dir;
  std::ofstream(dir / "w.safetensors", std::ios::binary) << bytes;
  const auto file = read_safetensors(dir / "w.safetensors");
  if (file) return {.code = core::ErrorCode::kInternal, .message = "(no error)"};
  return file.error();
}

std::string entry(const std::string& fields) { return R"({"w":{)" + fields + "}}"; }

TEST(Safetensors, reads_back_every_type_shape_and_text) {
  const test::TempDir dir;
  SafetensorsFile file;
  const torch::Tensor values = torch::arange(-3, 9).reshape({3, 4});
  for (const auto type : {torch::kFloat32, torch::kFloat64, torch::kFloat16, torch::kBFloat16, torch::kInt64, torch::kInt32,
                          torch::kInt16, torch::kInt8, torch::kUInt8, torch::kBool}) {
    file.tensors[std::string("t.") + torch::toString(type)] = values.to(type);
  }
  file.tensors["scalar"] = torch::tensor(2.5F);
  file.tensors["empty"] = torch::empty({0, 3});
  file.tensors["strided"] = values.to(torch::kFloat32).t();
  file.metadata = {{"net", "seed"}, {"text", "a \"quoted\"\nline, ü"}};
  ASSERT_TRUE(write_safetensors(dir / "w.safetensors", file));

  const auto read = read_safetensors(dir / "w.safetensors");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->metadata, file.metadata);
  ASSERT_EQ(read->tensors.size(), file.tensors.size());
  for (const auto& [name, tensor] : file.tensors) {
    EXPECT_EQ(read->tensors.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(read->tensors.at(name).equal(tensor)) << name;
  }
}

TEST(Safetensors, reads_a_file_as_the_format_describes_it) {
  const test::TempDir dir;
  const float values[] = {1.5F, -2.0F};
  std::string data(sizeof values, '\0');
  std::memcpy(data.data(), values, sizeof values);
  const std::string header = R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}, "__metadata__":{"k":"v"}} )";
  std::ofstream(dir / "w", std::ios::binary) << with_header(header, data);
  const auto file = read_safetensors(dir / "w");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(file->tensors.at("w").equal(torch::tensor({1.5F, -2.0F})));
  EXPECT_EQ(file->metadata.at("k"), "v");
}

TEST(Safetensors, tensors_outlive_the_file_and_never_change_it) {
  const test::TempDir dir;
  const auto path = dir / "w";
  ASSERT_TRUE(write_safetensors(path, {.tensors = {{"w", torch::ones({4})}}, .metadata = {}}));
  const auto before = core::read_file(path);
  torch::Tensor w = read_safetensors(path)->tensors.at("w");
  w.mul_(3);
  EXPECT_EQ(*core::read_file(path), *before);
  std::filesystem::remove(path);
  EXPECT_TRUE(w.equal(torch::full({4}, 3.0F)));
}

TEST(Safetensors, refuses_hostile_headers) {
  const auto code_of = [](const std::string& bytes) { return error_of(bytes).code; };
  constexpr auto kUnreadable = core::ErrorCode::kUnreadable;
  EXPECT_EQ(code_of(""), kUnreadable);
  EXPECT_EQ(code_of("1234567"), kUnreadable);
  EXPECT_EQ(code_of(std::string(8, '\xff')), kUnreadable) << "length of 2^64 − 1";
  EXPECT_EQ(code_of(with_header("{").substr(0, 8)), kUnreadable) << "header longer than the file";
  EXPECT_EQ(code_of(with_header("not json")), kUnreadable);
  EXPECT_EQ(code_of(with_header("[]")), kUnreadable);
  EXPECT_EQ(code_of(with_header(std::string(100'000, '['))), kUnreadable);
  EXPECT_EQ(code_of(with_header(R"({"w":7})")), kUnreadable);
  EXPECT_EQ(code_of(with_header(R"({"__metadata__":{"a":1}})")), kUnreadable);
  const std::string eight(8, 'x');
  EXPECT_EQ(code_of(with_header(entry(R"("dtype":"F32","shape":[3],"data_offsets":[0,12])"), eight)), kUnreadable);
  EXPECT_EQ(code_of(with_header(entry(R"("dtype":"F32","shape":[1],"data_offsets":[0,8])"), eight)), kUnreadable);
  EXPECT_EQ(code_of(with_header(entry(R"("dtype":"F32","shape":[2],"data_offsets":[8,0])"), eight)), kUnreadable);
  EXPECT_EQ(code_of(with_header(entry(R"("dtype":"F32","shape":[-2],"data_offsets":[0,8])"), eight)), kUnreadable);
  EXPECT_EQ(code_of(with_header(entry(R"("dtype":"F32","shape":[2.0],"data_offsets":[0,8])"), eight)), kUnreadable);
  EXPECT_EQ(code_of(with_header(entry(R"("dtype":"F32","shape":[2],"data_offsets":[0])"), eight)), kUnreadable);
  EXPECT_EQ(code_of(with_header(entry(R"("shape":[2],"data_offsets":[0,8])"), eight)), kUnreadable);
  // 2^62 × 2^2 × 4 bytes wraps round to zero.
  EXPECT_EQ(code_of(with_header(entry(R"("dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0])"))),
            kUnreadable);
  EXPECT_EQ(code_of(with_header(R"({"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[2],)"
                                R"("data_offsets":[0,2]}})",
                                "xx")),
            kUnreadable);
  EXPECT_EQ(code_of(with_header(entry(R"("dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1])"), "x")),
            core::ErrorCode::kUnsupported);
}

TEST(Safetensors, error_names_file_and_tensor) {
  const auto error = error_of(with_header(entry(R"("dtype":"F32","shape":[2],"data_offsets":[0,8])"), "xx"));
  EXPECT_THAT(error.message, HasSubstr("w.safetensors"));
  EXPECT_THAT(error.message, HasSubstr("'w' lies outside the file"));
}

TEST(Safetensors, every_truncation_is_an_error) {
  const test::TempDir dir;
  ASSERT_TRUE(write_safetensors(dir / "w", {.tensors = {{"a", torch::ones({5})}}, .metadata = {{"k", "v"}}}));
  const std::string whole = *core::read_file(dir / "w");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(error_of(whole.substr(0, size)).message, "(no error)") << size;
  }
}

TEST(Safetensors, missing_file_and_directory) {
  const test::TempDir dir;
  EXPECT_EQ(read_safetensors(dir / "none").error().code, core::ErrorCode::kNotFound);
  EXPECT_EQ(read_safetensors(dir.path()).error().code, core::ErrorCode::kUnreadable);
}

}  // namespace
}  // namespace vigil::nn
