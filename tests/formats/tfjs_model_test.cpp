#include "formats/tfjs_model.h"

#include <cmath>
#include <cstring>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/base64.h"
#include "support/torch_file.h"

namespace vigil::formats {
namespace {

using core::ErrorCode;
using test::bytes_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::string_literals;

core::Result<TfjsModel> parse(const std::string& weights, const std::string& data, const std::string& topology = "{}") {
  const std::string text =
      R"({"modelTopology":)" + topology + R"(,"weightsManifest":[{"paths":["a"],"weights":)" + weights + "}]}";
  return parse_tfjs_model(text, [&](const std::string&) -> core::Result<std::string> { return data; });
}

template <typename Number>
std::vector<Number> numbers_of(const core::Result<TfjsModel>& model) {
  EXPECT_TRUE(model) << model.error().message;
  const auto bytes = model->weights.at("w").bytes;
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return numbers;
}

std::string weight(const std::string& type, int count, const std::string& quantization = "") {
  return R"([{"name":"w","shape":[)" + std::to_string(count) + R"(],"dtype":")" + type + "\"" +
         (quantization.empty() ? "" : R"(,"quantization":)" + quantization) + "}]";
}

TEST(Base64, decodes_with_and_without_padding) {
  EXPECT_EQ(decode_base64("U0FNRQ=="), "SAME");
  EXPECT_EQ(decode_base64("U0FNRQ"), "SAME");
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("AP+/"), "\0\xff\xbf"s);
  EXPECT_EQ(decode_base64("U"), std::nullopt);
  EXPECT_EQ(decode_base64("U0 N"), std::nullopt);
}

TEST(TfjsModel, plain_types) {
  EXPECT_THAT(numbers_of<float>(parse(weight("float32", 2), bytes_of<float>({1, 2}))), ElementsAre(1, 2));
  EXPECT_THAT(numbers_of<std::int32_t>(parse(weight("int32", 2), bytes_of<std::int32_t>({-1, 2}))), ElementsAre(-1, 2));
  EXPECT_THAT(numbers_of<std::uint8_t>(parse(weight("bool", 2), "\1\0"s)), ElementsAre(1, 0));
  EXPECT_THAT(numbers_of<std::uint8_t>(parse(weight("uint8", 2), "\1\xff")), ElementsAre(1, 255));
  EXPECT_EQ(parse(weight("bool", 1), "\1")->weights.at("w").type, ElementType::kBool);
}

TEST(TfjsModel, quantised_numbers_are_expanded_as_the_framework_does) {
  const std::string by = R"({"dtype":"uint8","scale":0.1,"min":-1.5})";
  EXPECT_THAT(numbers_of<float>(parse(weight("float32", 3, by), "\0\1\xff"s)),
              ElementsAre(static_cast<float>(-1.5), static_cast<float>(0.1 - 1.5), static_cast<float>(255 * 0.1 - 1.5)));
  const std::string wide = R"({"dtype":"uint16","scale":0.001,"min":0})";
  EXPECT_THAT(numbers_of<float>(parse(weight("float32", 1, wide), "\1\1")), ElementsAre(static_cast<float>(257 * 0.001)));
  const std::string whole = R"({"dtype":"uint8","scale":0.5,"min":-2})";
  EXPECT_THAT(numbers_of<std::int32_t>(parse(weight("int32", 3, whole), "\0\1\5"s)), ElementsAre(-2, -1, 1));
  const auto half = parse(weight("float32", 1, R"({"dtype":"float16"})"), "\0\x3c"s);
  EXPECT_EQ(half->weights.at("w").type, ElementType::kFloat16);
  EXPECT_THAT(numbers_of<std::uint16_t>(half), ElementsAre(0x3c00));
}

TEST(TfjsModel, texts_are_skipped_by_their_lengths) {
  const std::string both = R"([{"name":"t","shape":[2],"dtype":"string"},{"name":"w","shape":[1],"dtype":"uint8"}])";
  const auto model = parse(both, "\2\0\0\0hi\0\0\0\0\7"s);
  EXPECT_THAT(numbers_of<std::uint8_t>(model), ElementsAre(7));
  EXPECT_EQ(model->weights.size(), 1U);
  EXPECT_THAT(parse(both, "\xff\xff\xff\xffhi\7").error().message, HasSubstr("end inside tensor 't'"));
}

TEST(TfjsModel, graph_nodes_with_their_attributes) {
  const auto model = parse("[]", "", R"({"node":[
    {"name":"x","op":"Placeholder","attr":{"shape":{"shape":{"dim":[{"size":"-1"},{"size":"3"},{}]}},"dtype":{"type":"DT_FLOAT"}}},
    {"name":"c","op":"_FusedConv2D","input":["x","w:0","^y"],"attr":{
      "strides":{"list":{"i":["1","2","2","1"]}},"dilations":{"list":{"i":[1,1]}},"padding":{"s":"U0FNRQ=="},
      "fused_ops":{"list":{"s":["Qmlhc0FkZA==","UmVsdQ=="]}},"epsilon":{"f":0.5},"num_args":{"i":"1"},
      "explicit_paddings":{"list":{}},"keep_dims":{"b":true},"limit":{"f":"-Infinity"}}}]})");
  ASSERT_TRUE(model) << model.error().message;
  ASSERT_EQ(model->nodes.size(), 2U);
  EXPECT_THAT(model->nodes[0].attributes.at("shape").ints, ElementsAre(-1, 3, 0));
  EXPECT_THAT(model->nodes[0].attributes.at("dtype").strings, ElementsAre("DT_FLOAT"));
  const GraphNode& node = model->nodes[1];
  EXPECT_EQ(node.op, "_FusedConv2D");
  EXPECT_THAT(node.inputs, ElementsAre("x", "w:0", "^y"));
  EXPECT_THAT(node.attributes.at("strides").ints, ElementsAre(1, 2, 2, 1));
  EXPECT_THAT(node.attributes.at("dilations").ints, ElementsAre(1, 1));
  EXPECT_THAT(node.attributes.at("padding").strings, ElementsAre("SAME"));
  EXPECT_THAT(node.attributes.at("fused_ops").strings, ElementsAre("BiasAdd", "Relu"));
  EXPECT_THAT(node.attributes.at("epsilon").floats, ElementsAre(0.5F));
  EXPECT_THAT(node.attributes.at("keep_dims").ints, ElementsAre(1));
  EXPECT_THAT(node.attributes.at("limit").floats, ElementsAre(-HUGE_VALF));
  EXPECT_TRUE(node.attributes.at("explicit_paddings").ints.empty());
}

TEST(TfjsModel, hostile_models_are_errors) {
  const auto read = [](const std::string& text) {
    const auto model = parse_tfjs_model(text, [](const std::string&) -> core::Result<std::string> { return "data"; });
    return model ? core::Error{.code = ErrorCode::kInternal, .message = "(no error)"} : model.error();
  };
  for (const std::string path : {"../a", "/etc/passwd", "", ".", "..", "a/b", "a\\u0000b"}) {
    EXPECT_THAT(read(R"({"weightsManifest":[{"paths":[")" + path + R"("],"weights":[]}]})").message,
                HasSubstr("lies outside the model's folder"))
        << path;
  }
  EXPECT_THAT(read(R"({"weightsManifest":[{"paths":["a","a"],"weights":[]}]})").message, HasSubstr("'a' is named twice"));
  EXPECT_EQ(parse(weight("complex64", 1), "12345678").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(parse(weight("float32", 1, R"({"dtype":"int4","scale":1,"min":0})"), "1").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(parse(weight("float32", 1, R"({"dtype":"uint8"})"), "1").error().code, ErrorCode::kUnreadable);
  const std::string twice = R"({"name":"w","shape":[1],"dtype":"uint8"})";
  EXPECT_THAT(parse("[" + twice + "," + twice + "]", "12").error().message, HasSubstr("'w' is there twice"));
  for (const std::string text :
       {"", "{", "[]", "3", "null", R"({"weightsManifest":3})", R"({"weightsManifest":[{"paths":[3]}]})",
        R"({"weightsManifest":[],"modelTopology":{"node":[3]}})",
        R"({"weightsManifest":[],"modelTopology":{"node":[{"name":"a","op":"b","attr":{"i":{"i":"x"}}}]}})"}) {
    EXPECT_EQ(read(text).code, ErrorCode::kUnreadable) << text;
  }
}

TEST(TfjsModel, every_truncation_is_an_error) {
  const std::string manifest = R"([{"name":"t","shape":[1],"dtype":"string"},{"name":"w","shape":[2],"dtype":"float32"}])";
  const std::string data = "\2\0\0\0hi"s + bytes_of<float>({1, 2});
  ASSERT_TRUE(parse(manifest, data));
  for (std::size_t size = 0; size < data.size(); ++size) EXPECT_FALSE(parse(manifest, data.substr(0, size))) << size;
  const std::string text = R"({"weightsManifest":[{"paths":["a"],"weights":[{"name":"w","shape":[1],"dtype":"uint8"}]}]})";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_tfjs_model(text.substr(0, size), [](const std::string&) -> core::Result<std::string> { return "x"; }))
        << size;
  }
}

}  // namespace
}  // namespace vigil::formats
