#include "formats/torch_checkpoint.h"

#include <cstring>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/torch_file.h"

namespace vigil::formats {
namespace {

using core::ErrorCode;
using test::bytes_of;
using test::pickle;
using test::pickle_dict;
using test::pickle_storage;
using test::pickle_tensor;
using test::torch_file;
using test::zip_file;
using ::testing::HasSubstr;

core::Result<TensorViews> parse(const std::string& bytes, std::size_t shift = 0) {
  const auto memory = std::make_shared<std::vector<std::uint64_t>>(bytes.size() / 8 + 2);
  const auto all = std::as_writable_bytes(std::span(*memory)).subspan(shift, bytes.size());
  std::memcpy(all.data(), bytes.data(), bytes.size());
  return parse_torch_checkpoint(all, memory);
}

core::Error error_of(const std::string& bytes) {
  const auto views = parse(bytes);
  return views ? core::Error{.code = ErrorCode::kInternal, .message = "(no error)"} : views.error();
}

float first_float(const TensorView& view) {
  float value = 0;
  std::memcpy(&value, view.bytes.data(), sizeof value);
  return value;
}

const std::string kStorage = pickle_storage("FloatStorage", "0", 4);
const std::string kTwo =
    pickle(pickle_dict({{"w", pickle_tensor(kStorage, 0, {2, 2}, {1, 2})}, {"tied", pickle_tensor(kStorage, 2, {2}, {1})}}));
const std::string kFour = bytes_of<float>({1, 2, 3, 4});

TEST(TorchCheckpoint, views_share_their_storage) {
  const auto views = parse(torch_file(kTwo, {{"0", kFour}}));
  ASSERT_TRUE(views) << views.error().message;
  const TensorView& w = views->at("w");
  const TensorView& tied = views->at("tied");
  EXPECT_EQ(w.strides, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(w.bytes.size(), 16U);
  EXPECT_EQ(tied.bytes.data(), w.bytes.data() + 8);
  EXPECT_EQ(first_float(tied), 3);
}

TEST(TorchCheckpoint, unaligned_storages_are_copied_once) {
  for (const std::size_t shift : {0, 1, 3}) {
    const auto views = parse(torch_file(kTwo, {{"0", kFour}}, 1), shift);
    ASSERT_TRUE(views) << views.error().message;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(views->at("w").bytes.data()) % sizeof(float), 0U);
    EXPECT_EQ(views->at("tied").bytes.data(), views->at("w").bytes.data() + 8);
    EXPECT_EQ(first_float(views->at("tied")), 3);
  }
}

TEST(TorchCheckpoint, says_what_is_wrong_and_what_to_do) {
  const std::string legacy = std::string(
                                 "\x80\x02\x8a\x0al\xfc\x9c"
                                 "F\xf9 j\xa8P\x19.") +
                             std::string(40, 'x');
  EXPECT_EQ(error_of(legacy).code, ErrorCode::kUnsupported);
  EXPECT_THAT(error_of(legacy).message, HasSubstr("before PyTorch 1.6"));
  EXPECT_THAT(error_of("not a zip").message, HasSubstr("no zip file"));
  EXPECT_THAT(error_of(zip_file({{"a", "x"}})).message, HasSubstr("no entry 'data.pkl'"));
  EXPECT_THAT(error_of(zip_file({{"n/data.pkl", kTwo}, {"n/constants.pkl", ""}})).message, HasSubstr("TorchScript"));
  EXPECT_THAT(error_of(zip_file({{"n/data.pkl", kTwo}, {"n/byteorder", "big"}})).message, HasSubstr("'big'"));
  EXPECT_THAT(error_of(torch_file(kTwo, {})).message, HasSubstr("tensor 'tied': it has no entry 'net/data/0'"));
  EXPECT_THAT(error_of(torch_file(kTwo, {{"0", "short"}})).message,
              HasSubstr("tensor 'tied': claims 4 elements of storage '0', which holds 5 bytes"));
}

TEST(TorchCheckpoint, a_huge_claim_costs_nothing) {
  const std::string huge = pickle_storage("DoubleStorage", "0", INT64_MAX);
  const auto error =
      error_of(torch_file(pickle(pickle_dict({{"w", pickle_tensor(huge, 0, {INT64_MAX}, {1})}})), {{"0", kFour}}));
  EXPECT_THAT(error.message, HasSubstr("which holds 16 bytes"));
}

TEST(TorchCheckpoint, every_truncation_is_an_error) {
  const std::string whole = torch_file(kTwo, {{"0", kFour}});
  ASSERT_TRUE(parse(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(error_of(whole.substr(0, size)).code, ErrorCode::kUnreadable) << size;
  }
}

TEST(TorchCheckpoint, every_byte_changed_is_an_error_or_another_file) {
  const std::string whole = torch_file(kTwo, {{"0", kFour}});
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int change : {0x01, 0x80, 0xff}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ change);
      const auto views = parse(changed);
      if (!views) continue;
      for (const auto& [name, view] : *views) EXPECT_LE(view.bytes.size(), whole.size());
    }
  }
}

}  // namespace
}  // namespace vigil::formats
