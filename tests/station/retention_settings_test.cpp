// Rules of retention as people and programs write them.
#include "station/retention_settings.h"

#include <gmock/gmock.h>

namespace vigil::station {
namespace {

using archive::Footage;
using core::ErrorCode;
using testing::HasSubstr;

TEST(RetentionSettings, are_read_as_they_were_written) {
  const auto rules = read_retention(R"([{"footage": "events", "camera_id": 3, "days": 14, "bytes": 5000000000},
                                        {"footage": "recordings", "camera_id": null, "days": null, "bytes": 1}])");
  ASSERT_TRUE(rules) << rules.error().message;
  ASSERT_EQ(rules->size(), 2U);
  EXPECT_EQ((*rules)[0].footage, Footage::kEvents);
  EXPECT_EQ((*rules)[0].camera_id, 3);
  EXPECT_EQ((*rules)[0].days, 14);
  EXPECT_EQ((*rules)[0].bytes, 5'000'000'000U);
  EXPECT_FALSE((*rules)[1].camera_id);
  EXPECT_FALSE((*rules)[1].days);
  EXPECT_EQ(to_json(*read_retention(to_json(*rules))), to_json(*rules));
}

// 4294967297 is 1 to who looks at the lowest 32 bits alone.
TEST(RetentionSettings, numbers_that_mean_nothing_are_refused_and_named) {
  for (const char* number : {"0", "-1", "1.5", "36501", "4294967297", "\"7\"", "true", "1e300"}) {
    const auto rules = read_retention(R"([{"footage": "events", "days": )" + std::string(number) + "}]");
    ASSERT_FALSE(rules) << number;
    EXPECT_EQ(rules.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(rules.error().message, HasSubstr("days")) << number;
  }
  EXPECT_FALSE(read_retention(R"([{"footage": "events", "bytes": -5}])"));
  EXPECT_FALSE(read_retention(R"([{"footage": "events", "weeks": 2}])"));
  EXPECT_FALSE(read_retention("{"));
}

}  // namespace
}  // namespace vigil::station
