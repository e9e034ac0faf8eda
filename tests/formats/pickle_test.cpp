#include "formats/pickle.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/state_dict.h"
#include "support/torch_file.h"

namespace vigil::formats {
namespace {

using core::ErrorCode;
using test::pickle;
using test::pickle_call;
using test::pickle_dict;
using test::pickle_global;
using test::pickle_number;
using test::pickle_storage;
using test::pickle_tensor;
using test::pickle_text;
using test::pickle_tuple;
using ::testing::HasSubstr;
using namespace std::string_literals;

core::Result<Pickle> read(const std::string& bytes) { return read_pickle(std::as_bytes(std::span(bytes))); }

core::Error error_of(const std::string& bytes) {
  const auto read_back = read(bytes);
  return read_back ? core::Error{.code = ErrorCode::kInternal, .message = "(no error)"} : read_back.error();
}

core::Result<std::map<std::string, PickledTensor>> flatten(const std::string& value) {
  const auto values = read(pickle(value));
  if (!values) return std::unexpected(values.error());
  return flatten_state_dict(*values);
}

std::string tensor() { return pickle_tensor(pickle_storage("FloatStorage", "0", 6), 1, {2, 2}, {1, 2}); }

template <typename Kind>
Kind root_of(const std::string& value) {
  const auto values = read(pickle(value));
  EXPECT_TRUE(values) << values.error().message;
  return std::get<Kind>(values->values[values->root]);
}

TEST(Pickle, numbers_and_texts_of_every_length) {
  EXPECT_EQ(root_of<std::int64_t>("K\xff"), 255);
  EXPECT_EQ(root_of<std::int64_t>("M\x01\x02"), 513);
  EXPECT_EQ(root_of<std::int64_t>("J\xfe\xff\xff\xff"), -2);
  EXPECT_EQ(root_of<std::int64_t>("\x8a\x01\x80"s), -128);
  EXPECT_EQ(root_of<std::int64_t>("\x8a\x00"s), 0);
  EXPECT_EQ(root_of<std::int64_t>("\x8b\x02\x00\x00\x00\xff\x00"s), 255);
  EXPECT_EQ(root_of<double>("G\x3f\xf8\x00\x00\x00\x00\x00\x00"s), 1.5);
  EXPECT_EQ(root_of<std::string>("\x8c\x02hi"), "hi");
  EXPECT_EQ(root_of<std::string>("X\x02\x00\x00\x00hi"s), "hi");
  EXPECT_EQ(root_of<std::string>("\x8d\x02\x00\x00\x00\x00\x00\x00\x00hi"s), "hi");
  EXPECT_EQ(root_of<std::string>("U\x02hi"), "hi");
  EXPECT_EQ(root_of<bool>("\x88"), true);
  EXPECT_EQ(root_of<bool>("\x89"), false);
  root_of<None>("N");
  root_of<Opaque>("\x8a\x09"s + std::string(9, '\1'));
  root_of<Opaque>("C\x02hi");
}

TEST(Pickle, containers_and_the_memo) {
  EXPECT_EQ(root_of<Sequence>("]K\1aK\2a").items.size(), 2U);
  EXPECT_EQ(root_of<Sequence>("](K\1K\2K\3e").items.size(), 3U);
  EXPECT_EQ(root_of<Sequence>("K\1K\2\x86").items.size(), 2U);
  EXPECT_EQ(root_of<Dict>("}\x8c\1aK\1s").items.size(), 1U);
  EXPECT_EQ(root_of<std::int64_t>("K\7q\0000K\1h\0000h\0"s), 7) << "BINPUT, POP, BINGET";
  EXPECT_EQ(root_of<std::int64_t>("K\7\x94"
                                  "0h\0"s),
            7)
      << "MEMOIZE";
  EXPECT_EQ(root_of<std::int64_t>("K\7r\0\1\0\0000j\0\1\0\0"s), 7);
  root_of<Opaque>("\x8f(K\1\x90");
}

TEST(Pickle, protocol_4_tensor) {
  const std::string name = "\x8c\x0ctorch._utils\x8c\x12_rebuild_tensor_v2\x93";
  const std::string rest = pickle_tuple({pickle_storage("HalfStorage", "7", 4), "K\0"s, "K\4\x85", "K\1\x85", "\x89", "N"});
  const std::string bytes = "\x80\x04\x95"s + std::string(8, '\0') + name + rest + "R.";
  const auto values = read(bytes);
  ASSERT_TRUE(values) << values.error().message;
  const auto& made = std::get<PickledTensor>(values->values[values->root]);
  EXPECT_EQ(made.storage.type, ElementType::kFloat16);
  EXPECT_EQ(made.storage.key, "7");
  EXPECT_EQ(made.shape, std::vector<std::int64_t>{4});
}

TEST(Pickle, no_call_but_those_that_rebuild_tensors) {
  const std::string command = pickle_tuple({pickle_text("touch /tmp/broken-in")});
  for (const auto& [module, name] : {std::pair("os", "system"), std::pair("posix", "system"), std::pair("builtins", "eval"),
                                     std::pair("__builtin__", "exec"), std::pair("subprocess", "Popen")}) {
    const auto error = error_of(pickle(pickle_call(pickle_global(module, name), command)));
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_THAT(error.message, HasSubstr("it calls "s + module + "." + name));
  }
  const std::string object = pickle_global("ultralytics.nn.tasks", "DetectionModel") + ")\x81}b";
  EXPECT_THAT(error_of(pickle(object)).message, HasSubstr("state_dict() alone"));
  EXPECT_TRUE(flatten(pickle_dict({{"fn", pickle_global("os", "system")}, {"w", tensor()}}))) << "a name that nothing calls";
}

TEST(Pickle, harmless_objects_are_passed_over) {
  const std::string options = pickle_global("argparse", "Namespace") + ")\x81" + pickle_dict({{"lr", "K\1"}}) + "b";
  const std::string best = pickle_call(pickle_global("numpy.core.multiarray", "scalar"), pickle_tuple({"N", "N"}));
  const auto tensors = flatten(pickle_dict({{"args", options}, {"best", best}, {"w", tensor()}}));
  ASSERT_TRUE(tensors) << tensors.error().message;
  EXPECT_EQ(tensors->size(), 1U);
}

TEST(Pickle, tensors_must_lie_inside_their_storage) {
  const auto of = [](std::int64_t offset, const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides) {
    return error_of(pickle(pickle_tensor(pickle_storage("FloatStorage", "0", 6), offset, shape, strides)));
  };
  EXPECT_EQ(of(0, {6}, {1}).message, "(no error)");
  EXPECT_EQ(of(5, {}, {}).message, "(no error)");
  EXPECT_EQ(of(0, {0, 9}, {1, 1}).message, "(no error)");
  EXPECT_THAT(of(0, {7}, {1}).message, HasSubstr("outside its storage '0' of 6 elements"));
  EXPECT_THAT(of(6, {}, {}).message, HasSubstr("outside"));
  EXPECT_THAT(of(0, {2, 2}, {5, 1}).message, HasSubstr("outside"));
  EXPECT_THAT(of(0, {2}, {INT64_MAX}).message, HasSubstr("outside"));
  EXPECT_THAT(of(0, {INT64_MAX, INT64_MAX}, {1, 1}).message, HasSubstr("outside"));
  EXPECT_THAT(of(-1, {1}, {1}).message, HasSubstr("impossible"));
  EXPECT_THAT(of(0, {-1}, {1}).message, HasSubstr("impossible"));
  EXPECT_THAT(of(0, {1}, {-1}).message, HasSubstr("impossible"));
  EXPECT_THAT(of(0, {1}, {1, 1}).message, HasSubstr("impossible"));
  EXPECT_THAT(of(0, {1'000'000'000'000}, {0}).message, HasSubstr("repeats the 6 elements"));
  EXPECT_EQ(of(0, {1'000'000'000'000}, {0}).code, ErrorCode::kUnsupported);
  EXPECT_THAT(error_of(pickle(pickle_storage("ComplexFloatStorage", "0", 1))).message,
              HasSubstr("torch.ComplexFloatStorage"));
}

TEST(Pickle, broken_programs_are_errors_that_name_the_byte) {
  EXPECT_THAT(error_of("").message, HasSubstr("without a STOP"));
  EXPECT_THAT(error_of(".").message, HasSubstr("leaves nothing"));
  EXPECT_THAT(error_of("\x80\x05N.").message, HasSubstr("protocol 5"));
  EXPECT_THAT(error_of("\x80\x02\xffN.").message, HasSubstr("byte 3 of its pickle: opcode 0xff"));
  for (const std::string& program : {"0."s,
                                     "1."s,
                                     "2."s,
                                     "t."s,
                                     "\x85."s,
                                     "K\1\x86."s,
                                     "K\1a."s,
                                     "]e."s,
                                     "}K\1s."s,
                                     "}(K\1u."s,
                                     "h\1."s,
                                     "q\1."s,
                                     "(q\1."s,
                                     "R."s,
                                     "))R."s,
                                     "K\1Q."s,
                                     "b."s,
                                     "\x93."s,
                                     "K\1K\1\x93."s,
                                     "c."s,
                                     "X\xff\xff\xff\xff"
                                     "a."s,
                                     "\x8d\xff\xff\xff\xff\xff\xff\xff\xffz."s,
                                     "(K\1\x90."s,
                                     "\x95."s,
                                     "G."s,
                                     "\x8b\xff\xff\xff\xff."s,
                                     "c"s + std::string(200, 'a') + "\nb\n."}) {
    EXPECT_EQ(error_of(program).code, ErrorCode::kUnreadable) << testing::PrintToString(program);
  }
}

TEST(StateDict, names_are_joined_and_wrappers_stay) {
  const std::string list = "]" + tensor() + "a";
  const auto tensors = flatten(pickle_dict({{"model", pickle_dict({{"a.weight", tensor()}})},
                                            {"ema", "}K\3" + tensor() + "s"},
                                            {"list", list},
                                            {"epoch", pickle_number(3)}}));
  ASSERT_TRUE(tensors) << tensors.error().message;
  std::vector<std::string> names;
  for (const auto& [name, value] : *tensors) names.push_back(name);
  EXPECT_THAT(names, testing::ElementsAre("ema.3", "list.0", "model.a.weight"));
}

TEST(StateDict, refuses_cycles_bombs_and_twins) {
  EXPECT_THAT(flatten(pickle_dict({{"a", "N"}})).error().message, HasSubstr("no tensor"));
  EXPECT_THAT(flatten("]q\0h\0a"s).error().message, HasSubstr("nested more than 32 levels"));
  EXPECT_THAT(flatten(pickle_dict({{"a", tensor()}, {"a", tensor()}})).error().message, HasSubstr("'a' is there twice"));
  EXPECT_THAT(flatten(pickle_dict({{std::string(2000, 'n'), tensor()}})).error().message, HasSubstr("too long"));
  // Thirty lists that each hold the one before ten times: 10^30 values.
  std::string bomb = "]q\0"s;
  for (char level = 1; level <= 30; ++level) {
    bomb += "]q"s + level + "(";
    for (int i = 0; i < 10; ++i) bomb += "h"s + static_cast<char>(level - 1);
    bomb += "e";
  }
  EXPECT_THAT(flatten(bomb).error().message, HasSubstr("more than 1048576 values"));
}

}  // namespace
}  // namespace vigil::formats
