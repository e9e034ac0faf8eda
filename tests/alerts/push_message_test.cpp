#include "alerts/push_message.h"

#include "alerts/encoding.h"
#include "push_receiver.h"
#include <gmock/gmock.h>

namespace vigil::alerts {
namespace {

using testing::HasSubstr;

PushKeys keys_of(const Browser& browser) {
  return {.p256dh = to_base64url(browser.keys.point), .auth = to_base64url(browser.auth)};
}

// RFC 8291, section 5 and appendix A.
TEST(PushMessage, is_that_of_the_standards_example) {
  const PushSeed seed{
      .salt = *from_base64url("DGv6ra1nlYgDCS1FRnbzlw"),
      .sender = {.secret = *from_base64url("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
                 .point = *from_base64url(
                     "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8")}};
  const auto body =
      encrypt_push("When I grow up, I want to be a watermelon",
                   {.p256dh = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                    .auth = "BTBZMqHH6r4Tts7J_aSIgg"},
                   seed);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(
      to_base64url(*body),
      "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
      "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
}

TEST(PushMessage, only_the_browser_that_subscribed_reads_it) {
  const Browser browser;
  const auto body = encrypt_push("Violence at Höfe", keys_of(browser), fresh_push_seed());
  ASSERT_TRUE(body);
  EXPECT_EQ(browser.decrypt(*body), "Violence at Höfe");
  EXPECT_EQ(Browser().decrypt(*body), "");
  std::string changed = *body;
  changed.back() ^= 1;
  EXPECT_EQ(browser.decrypt(changed), "");
}

TEST(PushMessage, each_message_has_its_own_keys) {
  const Browser browser;
  EXPECT_NE(*encrypt_push("same", keys_of(browser), fresh_push_seed()),
            *encrypt_push("same", keys_of(browser), fresh_push_seed()));
}

TEST(PushMessage, the_longest_one_fits_what_services_take) {
  const Browser browser;
  const std::string text(kLongestPush, 'x');
  const auto body = encrypt_push(text, keys_of(browser), fresh_push_seed());
  ASSERT_TRUE(body);
  EXPECT_EQ(body->size(), 4096U);
  EXPECT_EQ(browser.decrypt(*body), text);
  EXPECT_FALSE(encrypt_push(text + "x", keys_of(browser), fresh_push_seed()));
}

TEST(PushMessage, keys_that_are_none_are_refused) {
  const Browser browser;
  const auto refusal = [](const PushKeys& keys) { return encrypt_push("", keys, fresh_push_seed()).error().message; };
  PushKeys keys = keys_of(browser);
  keys.auth = "AAAA";
  EXPECT_THAT(refusal(keys), HasSubstr("'auth' of the subscription must be base64url of 16 bytes"));
  keys = keys_of(browser);
  keys.p256dh = "!";
  EXPECT_THAT(refusal(keys), HasSubstr("'p256dh' of the subscription must be base64url of 65 bytes"));
  std::string off_curve = browser.keys.point;
  off_curve.back() ^= 1;
  keys.p256dh = to_base64url(off_curve);
  EXPECT_THAT(refusal(keys), HasSubstr("no key of the curve"));
}

}  // namespace
}  // namespace vigil::alerts
