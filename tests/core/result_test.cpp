#include "core/result.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace vigil::core {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(ErrorCode::kInvalidArgument, "value is 3, which is odd; give an even one");
  return value / 2;
}

Status halve_twice(int value) {
  const auto first = half(value);
  if (!first) return std::unexpected(first.error().with_context("first half"));
  const auto second = half(*first);
  if (!second) return std::unexpected(second.error().with_context("second half"));
  return {};
}

TEST(Result, carries_the_value_or_the_error) {
  EXPECT_EQ(half(4), 2);
  const auto failed = half(3);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(failed.error().message, "value is 3, which is odd; give an even one");
}

TEST(Result, context_is_put_before_the_message_and_keeps_the_code) {
  EXPECT_TRUE(halve_twice(4));
  const Status failed = halve_twice(6);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(failed.error().message, "second half: value is 3, which is odd; give an even one");
}

TEST(Result, context_leaves_the_field_that_it_is_about) {
  const Error error{.code = ErrorCode::kConflict, .message = "the name is taken", .field = "name"};
  EXPECT_EQ(error.with_context("camera").field, "name");
}

TEST(ErrorCode, every_code_has_a_name_of_its_own) {
  constexpr ErrorCode codes[] = {ErrorCode::kInvalidArgument, ErrorCode::kNotFound,    ErrorCode::kConflict,
                                 ErrorCode::kUnreadable,      ErrorCode::kUnsupported, ErrorCode::kTimedOut,
                                 ErrorCode::kCancelled,       ErrorCode::kIo,          ErrorCode::kInternal};
  std::set<std::string> names;
  for (const ErrorCode code : codes) names.emplace(to_string(code));
  EXPECT_EQ(names.size(), std::size(codes));
  EXPECT_FALSE(names.contains("unknown error"));
}

}  // namespace
}  // namespace vigil::core
