#include "alerts/mail_text.h"

#include <gmock/gmock.h>

namespace vigil::alerts {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MailText, plain_headers_stay_as_they_are) { EXPECT_EQ(header_text("Violence at Yard"), "Violence at Yard"); }

TEST(MailText, other_headers_become_encoded_words_that_keep_to_their_lines) {
  EXPECT_EQ(header_text("Gewalt: Höfe"), "=?UTF-8?B?R2V3YWx0OiBIw7ZmZQ==?=");
  EXPECT_EQ(header_text("=?x?="), "=?UTF-8?B?PT94Pz0=?=") << "what looks encoded is encoded";
  const std::string text = header_text(std::string(300, 'a') + "äöü");
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find("\r\n ", begin), text.size());
    EXPECT_LE(end - begin, 75U);
    begin = end + 3;
  }
}

TEST(MailText, no_line_end_gets_into_a_header) {
  EXPECT_EQ(header_text("Yard\r\nBcc: x@y.example"), "Yard  Bcc: x@y.example");
}

TEST(MailText, dates_are_those_of_mails) {
  const AlertTime time = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) + std::chrono::hours(12);
  EXPECT_EQ(mail_date(time), "Wed, 01 Jul 2026 12:00:00 +0000");
}

TEST(MailText, html_shows_names_and_runs_none) {
  const Alert alert{.kind = "violence", .rule = "<b>", .camera = "<script>alert(1)</script>", .link = "/events/1\"><img>"};
  const std::string html = mail_html(alert, "https://vigil.example");
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
  EXPECT_THAT(html, Not(HasSubstr("<img>")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)"));
  EXPECT_THAT(mail_plain(alert, "https://vigil.example"), HasSubstr("https://vigil.example/events/1"));
}

}  // namespace
}  // namespace vigil::alerts
