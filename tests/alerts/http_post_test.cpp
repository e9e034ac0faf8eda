#include "alerts/http_post.h"

#include "servers.h"
#include <gmock/gmock.h>

namespace vigil::alerts {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// The name is one of the internet's as far as its letters go; what it resolves to is what counts.
TEST(HttpPost, a_name_that_leads_to_this_machine_is_not_followed_where_only_the_internet_may_be_reached) {
  const test::TempDir dir;
  const std::string certificate = make_certificate(dir);
  const WebhookServer server(certificate);
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    const auto sent = http_post({.url = std::format("https://{}:{}/in", host, server.port()),
                                 .body = "{}",
                                 .ca_file = certificate,
                                 .only_public = true},
                                {});
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, core::ErrorCode::kInvalidArgument);
    EXPECT_THAT(sent.error().message, HasSubstr("is not one of the internet"));
  }
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST(HttpPost, only_https_where_only_the_internet_may_be_reached) {
  const auto sent = http_post({.url = "http://8.8.8.8/in", .only_public = true}, {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, core::ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace vigil::alerts
