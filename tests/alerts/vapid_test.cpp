#include "alerts/vapid.h"

#include "alerts/encoding.h"
#include "push_receiver.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

TEST(Vapid, new_keys_are_pairs_and_no_two_are_alike) {
  const VapidKeys keys = make_vapid_keys();
  EXPECT_TRUE(check_vapid_keys(keys));
  EXPECT_EQ(from_base64url(keys.public_key)->size(), 65U);
  EXPECT_EQ(from_base64url(keys.private_key)->size(), 32U);
  EXPECT_NE(make_vapid_keys().private_key, keys.private_key);
}

TEST(Vapid, keys_that_do_not_belong_together_are_refused_without_being_shown) {
  VapidKeys keys = make_vapid_keys();
  keys.private_key = make_vapid_keys().private_key;
  const auto checked = check_vapid_keys(keys);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, Not(HasSubstr(keys.private_key)));
  EXPECT_FALSE(check_vapid_keys({.public_key = "x", .private_key = "y"}));
  EXPECT_FALSE(check_vapid_keys({}));
}

TEST(Vapid, a_token_says_who_sends_to_whom_until_when_and_is_signed) {
  const VapidKeys keys = make_vapid_keys();
  const AlertTime now = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1);
  const auto header = vapid_authorization("https://push.example:8443", "mailto:a@b.example", keys, now);
  ASSERT_TRUE(header);
  const std::string begin = "vapid t=";
  const std::string middle = ", k=" + keys.public_key;
  ASSERT_TRUE(header->starts_with(begin) && header->ends_with(middle)) << *header;
  const std::string token = header->substr(begin.size(), header->size() - begin.size() - middle.size());
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  EXPECT_EQ(json::parse(*from_base64url(token.substr(0, first))), json({{"typ", "JWT"}, {"alg", "ES256"}}));
  const json claims = json::parse(*from_base64url(token.substr(first + 1, last - first - 1)));
  EXPECT_EQ(claims.at("aud"), "https://push.example:8443");
  EXPECT_EQ(claims.at("sub"), "mailto:a@b.example");
  EXPECT_EQ(claims.at("exp").get<std::int64_t>(),
            std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() + 43200);
  const std::string signature = *from_base64url(token.substr(last + 1));
  const std::string point = *from_base64url(keys.public_key);
  EXPECT_TRUE(verifies_es256(point, token.substr(0, last), signature));
  EXPECT_FALSE(verifies_es256(point, token.substr(0, last) + "x", signature));
}

}  // namespace
}  // namespace vigil::alerts
