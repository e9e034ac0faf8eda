#include "alerts/alert_text.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using nlohmann::json;

Alert an_alert() {
  return {.uid = "u1",
          .event_id = 17,
          .kind = "violence",
          .camera_id = 3,
          .camera = "Yard",
          .time = AlertTime(std::chrono::microseconds(1'782'907'200'250'999)),
          .score = 0.93,
          .link = "/events/17"};
}

TEST(AlertText, makes_a_title_and_a_sentence_of_what_there_is) {
  EXPECT_EQ(title_of(an_alert()), "Violence at Yard");
  EXPECT_EQ(sentence_of(an_alert()), "Violence on camera Yard, 2026-07-01 12:00:00 UTC");
  Alert told = an_alert();
  told.title = "Fight";
  told.more = 2;
  EXPECT_EQ(title_of(told), "Fight (and 2 more)");
}

TEST(AlertText, body_has_all_that_a_program_needs) {
  const json body = json::parse(body_of(an_alert(), "https://vigil.example/"));
  EXPECT_EQ(body.at("version"), 1);
  EXPECT_EQ(body.at("type"), "event");
  EXPECT_EQ(body.at("event").at("uid"), "u1");
  EXPECT_EQ(body.at("event").at("id"), 17);
  EXPECT_EQ(body.at("event").at("state"), "begun");
  EXPECT_EQ(body.at("event").at("camera"), json({{"id", 3}, {"name", "Yard"}}));
  EXPECT_EQ(body.at("event").at("time"), "2026-07-01T12:00:00.250Z");
  EXPECT_EQ(body.at("event").at("link"), "https://vigil.example/events/17");
  EXPECT_EQ(json::parse(body_of(an_alert(), "")).at("event").at("link"), "");
  EXPECT_EQ(json::parse(body_of(an_alert(), "", true)).at("type"), "test");
}

TEST(AlertText, what_people_wrote_becomes_one_line_of_valid_text) {
  EXPECT_EQ(one_line("Yard\r\nBcc: x@y\x7f"), "Yard  Bcc: x@y ");
  EXPECT_EQ(one_line("a\xff"), "a\xef\xbf\xbd");
  Alert odd = an_alert();
  odd.camera =
      "Ho\xf6"
      "f\n";
  EXPECT_EQ(title_of(odd),
            "Violence at Ho\xef\xbf\xbd"
            "f ");
  EXPECT_TRUE(json::accept(body_of(odd, "")));
}

TEST(AlertText, shortening_cuts_between_characters) {
  EXPECT_EQ(shortened("short", 5), "short");
  EXPECT_EQ(shortened("ääää", 7), "ää…");
  EXPECT_EQ(shortened("ääää", 6), "ä…") << "five bytes would cut the second in two";
}

TEST(AlertText, slugs_are_plain) {
  EXPECT_EQ(slug_of("Front  Yard #2"), "front-yard-2");
  EXPECT_EQ(slug_of("../+/#"), "");
  EXPECT_EQ(slug_of("Höfe"), "h-fe");
}

}  // namespace
}  // namespace vigil::alerts
