#include "formats/onnx_model.h"

#include <cstring>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/torch_file.h"

namespace vigil::formats {
namespace {

using core::ErrorCode;
using test::bytes_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Protobuf messages by hand; the field numbers are those of onnx.proto.
std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}
std::string number(unsigned field, std::uint64_t value) { return varint(field << 3) + varint(value); }
std::string part(unsigned field, const std::string& bytes) { return varint(field << 3 | 2) + varint(bytes.size()) + bytes; }
std::string real(unsigned field, float value) { return varint(field << 3 | 5) + bytes_of<float>({value}); }

std::string tensor(const std::string& name, std::uint64_t type, const std::vector<std::uint64_t>& dims,
                   const std::string& data) {
  std::string bytes;
  for (const std::uint64_t size : dims) bytes += number(1, size);
  return bytes + number(2, type) + part(8, name) + data;
}
std::string raw(const std::string& bytes) { return part(9, bytes); }
std::string model(const std::string& graph) { return number(1, 8) + part(2, "writer") + part(7, graph); }
std::string with(const std::string& initializer) { return model(part(5, initializer)); }

core::Result<OnnxModel> parse(const std::string& bytes) { return parse_onnx_model(std::as_bytes(std::span(bytes))); }

core::Error error_of(const std::string& bytes) {
  const auto parsed = parse(bytes);
  return parsed ? core::Error{.code = ErrorCode::kInternal, .message = "(no error)"} : parsed.error();
}

template <typename Number>
std::vector<Number> numbers_of(const core::Result<OnnxModel>& parsed, const std::string& name = "w") {
  EXPECT_TRUE(parsed) << parsed.error().message;
  const auto bytes = parsed->initializers.at(name).bytes;
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return numbers;
}

TEST(OnnxModel, raw_data_of_every_type) {
  struct Case {
    std::uint64_t number;
    ElementType type;
  };
  for (const Case& c : {Case{1, ElementType::kFloat32}, Case{2, ElementType::kUInt8}, Case{3, ElementType::kInt8},
                        Case{5, ElementType::kInt16}, Case{6, ElementType::kInt32}, Case{7, ElementType::kInt64},
                        Case{9, ElementType::kBool}, Case{10, ElementType::kFloat16}, Case{11, ElementType::kFloat64},
                        Case{16, ElementType::kBFloat16}}) {
    const std::string data(6 * size_of(c.type), '\1');
    const auto parsed = parse(with(tensor("w", c.number, {2, 3}, raw(data))));
    ASSERT_TRUE(parsed) << parsed.error().message;
    const TensorView& view = parsed->initializers.at("w");
    EXPECT_EQ(view.type, c.type);
    EXPECT_THAT(view.shape, ElementsAre(2, 3));
    EXPECT_THAT(view.strides, ElementsAre(3, 1));
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(view.bytes.data()), view.bytes.size()), data);
  }
}

TEST(OnnxModel, typed_fields) {
  const std::string ints = part(5, varint(1) + varint(static_cast<std::uint64_t>(-2)));
  EXPECT_THAT(numbers_of<float>(parse(with(tensor("w", 1, {2}, part(4, bytes_of<float>({1.5F, -2})))))),
              ElementsAre(1.5F, -2));
  EXPECT_THAT(numbers_of<float>(parse(with(tensor("w", 1, {2}, real(4, 3) + real(4, 4))))), ElementsAre(3, 4)) << "unpacked";
  EXPECT_THAT(numbers_of<double>(parse(with(tensor("w", 11, {1}, part(10, bytes_of<double>({0.1})))))), ElementsAre(0.1));
  EXPECT_THAT(numbers_of<std::int64_t>(parse(with(tensor("w", 7, {1}, part(7, varint(7)))))), ElementsAre(7));
  EXPECT_THAT(numbers_of<std::int32_t>(parse(with(tensor("w", 6, {2}, ints)))), ElementsAre(1, -2));
  EXPECT_THAT(numbers_of<std::int16_t>(parse(with(tensor("w", 5, {2}, ints)))), ElementsAre(1, -2));
  EXPECT_THAT(numbers_of<std::int8_t>(parse(with(tensor("w", 3, {2}, ints)))), ElementsAre(1, -2));
  EXPECT_THAT(numbers_of<std::uint16_t>(parse(with(tensor("w", 10, {1}, part(5, varint(0x3c00)))))), ElementsAre(0x3c00));
  EXPECT_THAT(numbers_of<float>(parse(with(tensor("w", 1, {}, real(4, 3))))), ElementsAre(3)) << "scalar";
  EXPECT_THAT(numbers_of<float>(parse(with(tensor("w", 1, {0}, "")))), ElementsAre());
}

TEST(OnnxModel, nodes_in_order_with_their_attributes) {
  const std::string pads = part(1, "pads") + number(8, 1) + number(8, 0) + number(20, 7);
  const std::string group = part(1, "group") + number(3, 2) + number(20, 2);
  const std::string alpha = part(1, "alpha") + real(2, 0.5F) + number(20, 1);
  const std::string mode = part(1, "mode") + part(4, "nearest") + number(20, 3);
  const std::string zero = part(1, "axis") + number(20, 2);  // a writer that leaves zeros out
  const std::string conv = part(1, "x") + part(1, "w") + part(2, "y") + part(3, "Conv_0") + part(4, "Conv") + part(5, pads) +
                           part(5, group) + part(5, alpha) + part(5, mode) + part(5, zero);
  const std::string value = part(1, "value") + part(5, tensor("", 7, {1}, part(7, varint(9)))) + number(20, 4);
  const std::string constant = part(2, "c") + part(4, "Constant") + part(5, value);
  const auto parsed = parse(model(part(1, conv) + part(1, constant) + part(11, part(1, "x")) + part(12, part(1, "y"))));
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->nodes.size(), 2U);
  const GraphNode& node = parsed->nodes[0];
  EXPECT_EQ(node.op, "Conv");
  EXPECT_EQ(node.name, "Conv_0");
  EXPECT_THAT(node.inputs, ElementsAre("x", "w"));
  EXPECT_THAT(node.outputs, ElementsAre("y"));
  EXPECT_THAT(node.attributes.at("pads").ints, ElementsAre(1, 0));
  EXPECT_THAT(node.attributes.at("group").ints, ElementsAre(2));
  EXPECT_THAT(node.attributes.at("alpha").floats, ElementsAre(0.5F));
  EXPECT_THAT(node.attributes.at("mode").strings, ElementsAre("nearest"));
  EXPECT_THAT(node.attributes.at("axis").ints, ElementsAre(0));
  EXPECT_THAT(numbers_of<std::int64_t>(parsed, "c"), ElementsAre(9));
  EXPECT_THAT(parsed->inputs, ElementsAre("x"));
  EXPECT_THAT(parsed->outputs, ElementsAre("y"));
}

TEST(OnnxModel, what_contradicts_itself_is_an_error_that_names_it) {
  const std::string four = raw(bytes_of<float>({1}));
  const std::uint64_t minus = static_cast<std::uint64_t>(-1);
  EXPECT_THAT(error_of("not a model").message, HasSubstr("no ONNX message"));
  EXPECT_THAT(error_of(number(1, 8)).message, HasSubstr("no graph"));
  EXPECT_THAT(error_of(with(tensor("", 1, {1}, four))).message, HasSubstr("has no name"));
  EXPECT_THAT(error_of(with(tensor("w", 1, {2}, four))).message,
              HasSubstr("initialiser 'w': its dims ask for 2 values of 4 bytes, its data has 4 bytes"));
  EXPECT_THAT(error_of(with(tensor("w", 1, {minus}, four))).message, HasSubstr("dims are impossible"));
  EXPECT_THAT(error_of(with(tensor("w", 1, {1ULL << 62, 1ULL << 62}, four))).message, HasSubstr("dims are impossible"));
  EXPECT_THAT(error_of(with(tensor("w", 1, {1ULL << 40}, ""))).message, HasSubstr("its data has 0 bytes"));
  EXPECT_THAT(error_of(with(tensor("w", 3, {1}, part(5, varint(300))))).message, HasSubstr("300 is out of range"));
  EXPECT_THAT(error_of(model(part(5, tensor("w", 1, {1}, four)) + part(5, tensor("w", 1, {1}, four)))).message,
              HasSubstr("'w' is there twice"));
  for (const std::string& refused :
       {tensor("w", 1, {1}, number(14, 1)), tensor("w", 8, {1}, ""), tensor("w", 1, {1}, part(3, "") + four)}) {
    EXPECT_EQ(error_of(with(refused)).code, ErrorCode::kUnsupported);
  }
  EXPECT_THAT(error_of(with(tensor("w", 1, {1}, number(14, 1)))).message, HasSubstr("its data lies in another file"));
}

TEST(OnnxModel, every_truncation_is_an_error) {
  const std::string whole = model(part(5, tensor("w", 1, {2}, raw(bytes_of<float>({1, 2})))) + part(11, part(1, "x")));
  ASSERT_TRUE(parse(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(error_of(whole.substr(0, size)).code, ErrorCode::kUnreadable) << size;
  }
}

}  // namespace
}  // namespace vigil::formats
