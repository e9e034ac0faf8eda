#include "learn/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::learn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Csv, reads_quotes_commas_line_ends_and_byte_order_mark) {
  const auto table = parse_csv(
      "\xEF\xBB\xBF"
      "file, label ,Group\r\n\"a, \"\"b\"\".mp4\",fight,g1\r\n\r\n\"two\nlines\",0,\r\n c ,1 , g",
      "t.csv");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_THAT(table->header, ElementsAre("file", "label", "Group"));
  ASSERT_EQ(table->records.size(), 3U);
  EXPECT_THAT(table->records[0].fields, ElementsAre("a, \"b\".mp4", "fight", "g1"));
  EXPECT_THAT(table->records[1].fields, ElementsAre("two\nlines", "0", ""));
  EXPECT_THAT(table->records[2].fields, ElementsAre("c", "1", "g"));
  EXPECT_EQ(table->records[0].line, 2);
  EXPECT_EQ(table->records[1].line, 4);
  EXPECT_EQ(table->records[2].line, 6);
  EXPECT_EQ(table->column("GROUP"), 2U);
  EXPECT_EQ(table->column("fold"), std::nullopt);
}

TEST(Csv, names_the_line_that_is_wrong) {
  EXPECT_THAT(parse_csv("a,b\n1,2\n1\n", "t.csv").error().message, HasSubstr("t.csv:3: 1 fields where the header has 2"));
  EXPECT_THAT(parse_csv("a,b\n1,\"2\n", "t.csv").error().message, HasSubstr("t.csv:2: a quote is never closed"));
  EXPECT_THAT(parse_csv("", "t.csv").error().message, HasSubstr("t.csv:1: is empty"));
  EXPECT_THAT(parse_csv("\n\r\n", "t.csv").error().message, HasSubstr("is empty"));
}

TEST(Csv, a_header_alone_holds_no_records) {
  const auto table = parse_csv("file,label\n", "t.csv");
  ASSERT_TRUE(table);
  EXPECT_TRUE(table->records.empty());
}

TEST(Csv, written_fields_read_back) {
  for (const std::string value : {"plain", "a, b", "\"quoted\"", "two\nlines", " spaced ", ""}) {
    const auto table = parse_csv("a,b\n" + csv_field(value) + ",x\n", "t.csv");
    ASSERT_TRUE(table) << value;
    EXPECT_EQ(table->records.at(0).fields.at(0), value);
  }
}

}  // namespace
}  // namespace vigil::learn
