#include "alerts/encoding.h"

#include <gmock/gmock.h>

namespace vigil::alerts {
namespace {

using testing::Eq;
using testing::Optional;

TEST(Encoding, base64_is_that_of_rfc_4648) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(to_hex("\x01\xff"), "01ff");
}

TEST(Encoding, base64url_comes_back) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_THAT(from_base64url(to_base64url(bytes)), Optional(Eq(bytes)));
    bytes += static_cast<char>(i * 7);
  }
  EXPECT_THAT(from_base64url("Zg=="), Optional(Eq("f")));
}

TEST(Encoding, what_is_no_base64url_is_refused) {
  for (const char* text : {"+/", "a", "Zh", "Zm9v!", "Zm 9v", "Z=m9"}) EXPECT_FALSE(from_base64url(text)) << text;
}

}  // namespace
}  // namespace vigil::alerts
