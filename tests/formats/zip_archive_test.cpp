#include "formats/zip_archive.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/torch_file.h"

namespace vigil::formats {
namespace {

using test::zip_file;
using ::testing::HasSubstr;

core::Result<ZipArchive> open(std::string& bytes) { return ZipArchive::open(std::as_writable_bytes(std::span(bytes))); }

core::Error error_of(std::string bytes) {
  const auto archive = open(bytes);
  return archive ? core::Error{.code = core::ErrorCode::kInternal, .message = "(no error)"} : archive.error();
}

std::string text(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

TEST(ZipArchive, gives_entries_in_place) {
  std::string bytes = zip_file({{"a", "first"}, {"dir/b", ""}, {"c", "third"}});
  const auto archive = open(bytes);
  ASSERT_TRUE(archive) << archive.error().message;
  EXPECT_EQ(archive->entries().size(), 3U);
  EXPECT_EQ(text(*archive->entry("a")), "first");
  EXPECT_EQ(text(*archive->entry("dir/b")), "");
  EXPECT_EQ(text(*archive->entry("c")), "third");
  EXPECT_EQ(reinterpret_cast<const char*>(archive->entry("a")->data()), bytes.data() + bytes.find("first"));
  EXPECT_THAT(archive->entry("d").error().message, HasSubstr("'d'"));
}

TEST(ZipArchive, a_comment_at_the_end_is_skipped) {
  std::string bytes = zip_file({{"a", "first"}});
  const std::string comment = "PK\x05\x06 looks like an end of its own";
  bytes[bytes.size() - 2] = static_cast<char>(comment.size());
  bytes += comment;
  const auto archive = open(bytes);
  ASSERT_TRUE(archive) << archive.error().message;
  EXPECT_EQ(text(*archive->entry("a")), "first");
}

TEST(ZipArchive, refuses_what_it_cannot_give_in_place) {
  EXPECT_EQ(error_of(zip_file({{"a", "xx", 8}})).code, core::ErrorCode::kUnsupported);
  EXPECT_THAT(error_of(zip_file({{"a", "xx", 8}})).message, HasSubstr("'a' is compressed (method 8)"));
  EXPECT_THAT(error_of(zip_file({{"a", "xx", 0, 1}})).message, HasSubstr("'a' is encrypted"));
}

TEST(ZipArchive, refuses_fields_that_contradict_the_file) {
  const std::string good = zip_file({{"a", "first"}, {"b", "second"}});
  const std::size_t directory = good.find("PK\x01\x02");
  const std::size_t end = good.find("PK\x05\x06");
  const auto with = [&](std::size_t at, const std::string& bytes) {
    return std::string(good).replace(at, bytes.size(), bytes);
  };
  EXPECT_THAT(error_of(with(directory + 20, "\xff")).message, HasSubstr("'a' has two different sizes"));
  EXPECT_THAT(error_of(with(directory + 20, "\xfe\xff\xff\xff\xfe\xff\xff\xff")).message, HasSubstr("'a' lies outside"));
  EXPECT_THAT(error_of(with(directory + 20, "\xff\xff\xff\xff\xff\xff\xff\xff")).message, HasSubstr("'a' lies outside"));
  EXPECT_THAT(error_of(with(directory + 42, "\xff\xff\xff")).message, HasSubstr("'a' begins after the end"));
  EXPECT_THAT(error_of(with(directory + 42, "\x01")).message, HasSubstr("'a' has no header"));
  EXPECT_THAT(error_of(with(directory + 46, "b")).message, HasSubstr("names 'b' twice"));
  EXPECT_THAT(error_of(with(end + 10, "\x03")).message, HasSubstr("breaks off at entry 2 of 3"));
  EXPECT_THAT(error_of(with(end + 16, "\xff\xff\xff")).message, HasSubstr("its directory would lie"));
  const std::size_t second = directory + 47;
  EXPECT_THAT(error_of(with(second + 42, std::string(1, '\0'))).message, HasSubstr("'a' and 'b' overlap"));
}

TEST(ZipArchive, every_truncation_is_an_error) {
  const std::string good = zip_file({{"a", "first"}, {"b", ""}});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(error_of(good.substr(0, size)).code, core::ErrorCode::kUnreadable) << size;
  }
}

}  // namespace
}  // namespace vigil::formats
