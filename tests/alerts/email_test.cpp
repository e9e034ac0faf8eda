#include "alerts/email.h"

#include <algorithm>

#include "servers.h"
#include <gmock/gmock.h>

namespace vigil::alerts {
namespace {

using core::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kPassword = "password-of-the-mailbox";

Alert an_alert() {
  return {.uid = "u1",
          .event_id = 17,
          .kind = "violence",
          .camera_id = 3,
          .camera = "Höfe <3>",
          .score = 0.9,
          .sentence = "Two people fight.",
          .link = "/events/17",
          .poster = std::make_shared<const std::string>(std::string("\xff\xd8\0\r\n.\r\n\xff\xd9", 10))};
}

EmailConfig config_of(const MailServer& server) {
  return {.url = server.url(), .from = "vigil@b.example", .to = {"a@b.example", "c@d.example"}, .starttls = StartTls::kTry};
}

core::Status send(const EmailConfig& config, const Alert& alert, const SenderOptions& options = {}) {
  return EmailSender(config, options).send({.alert = alert, .number = 1}, {});
}

TEST(Email, carries_text_html_and_the_poster_to_everybody) {
  const MailServer server;
  const auto sent = send(config_of(server), an_alert(), {.base_url = "https://vigil.example"});
  ASSERT_TRUE(sent) << sent.error().message;
  const auto mails = server.mails();
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_EQ(mails[0].from, "vigil@b.example");
  EXPECT_THAT(mails[0].to, ElementsAre("a@b.example", "c@d.example"));
  EXPECT_EQ(mails[0].subject, "Violence at Höfe <3>");
  EXPECT_THAT(mails[0].parts.at("text/plain"), HasSubstr("Two people fight."));
  EXPECT_THAT(mails[0].parts.at("text/plain"), HasSubstr("https://vigil.example/events/17"));
  EXPECT_THAT(mails[0].parts.at("text/html"), HasSubstr("Höfe &lt;3&gt;"));
  EXPECT_EQ(mails[0].parts.at("image/jpeg"), *an_alert().poster);
}

TEST(Email, goes_without_a_poster_too) {
  const MailServer server;
  Alert alert = an_alert();
  alert.poster = nullptr;
  ASSERT_TRUE(send(config_of(server), alert));
  EXPECT_EQ(server.mails()[0].parts.size(), 2U);
}

TEST(Email, nothing_in_a_name_becomes_a_header) {
  const MailServer server;
  Alert alert = an_alert();
  alert.camera = "Yard\r\nBcc: spy@d.example\r\n\r\nbody";
  alert.title = "Fight\nX-Evil: 1";
  ASSERT_TRUE(send(config_of(server), alert));
  const ReceivedMail mail = server.mails().at(0);
  EXPECT_EQ(mail.subject, "Fight X-Evil: 1");
  EXPECT_THAT(mail.to, ElementsAre("a@b.example", "c@d.example"));
  for (const auto& [name, value] : mail.headers) EXPECT_TRUE(name != "Bcc" && name != "X-Evil") << name;
}

TEST(Email, one_wrong_address_keeps_nobody_else_from_it) {
  const MailServer server;
  EmailConfig config = config_of(server);
  config.to = {"refused@b.example", "a@b.example"};
  EXPECT_TRUE(send(config, an_alert()));
  EXPECT_THAT(server.mails().at(0).to, ElementsAre("a@b.example"));
}

TEST(Email, the_servers_code_decides_whether_another_try_helps) {
  const MailServer server;
  EmailConfig config = config_of(server);
  config.to = {"refused@b.example"};
  const auto refused = send(config, an_alert());
  ASSERT_FALSE(refused);
  EXPECT_FALSE(may_pass(refused.error())) << refused.error().message;
  EXPECT_THAT(refused.error().message, HasSubstr("550"));
  config.to = {"later@b.example"};
  const auto later = send(config, an_alert());
  ASSERT_FALSE(later);
  EXPECT_TRUE(may_pass(later.error())) << later.error().message;
}

TEST(Email, encryption_that_is_required_and_missing_ends_it) {
  const MailServer server;
  EmailConfig config = config_of(server);
  config.starttls = StartTls::kRequired;
  const auto sent = send(config, an_alert());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(sent.error().message, HasSubstr("STARTTLS"));
  EXPECT_THAT(server.mails(), IsEmpty());
}

TEST(Email, logs_in_over_an_encrypted_connection) {
  const test::TempDir dir;
  const std::string certificate = make_certificate(dir);
  const MailServer server({.certificate = certificate, .user = "vigil", .password = kPassword});
  EmailConfig config = config_of(server);
  config.starttls = StartTls::kRequired;
  config.user = "vigil";
  config.password = kPassword;
  const auto sent = send(config, an_alert(), {.ca_file = certificate});
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(server.mails().size(), 1U);

  config.password = "wrong-password-of-the-mailbox";
  const auto refused = send(config, an_alert(), {.ca_file = certificate});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("refuses the user name or the password"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr(kPassword)));

  const auto unbelieved = send(config, an_alert());
  ASSERT_FALSE(unbelieved);
  EXPECT_THAT(unbelieved.error().message, HasSubstr("certificate"));
}

}  // namespace
}  // namespace vigil::alerts
