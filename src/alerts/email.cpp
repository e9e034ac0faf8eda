#include "alerts/email.h"

#include <chrono>
#include <format>
#include <memory>
#include <utility>

#include "alerts/alert_text.h"
#include "alerts/crypto.h"
#include "alerts/encoding.h"
#include "alerts/mail_text.h"
#include "alerts/transfer.h"
#include "alerts/url.h"
#include <curl/curl.h>

namespace vigil::alerts {
namespace {

using core::ErrorCode;

constexpr std::size_t kIdBytes = 16;
constexpr long kFirstFinal = 500;  // codes of SMTP that another try does not change
constexpr long kLastFinal = 599;

struct FreeMime {
  void operator()(curl_mime* mime) const { curl_mime_free(mime); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

void add_text(curl_mime* mime, const std::string& text, const char* type) {
  curl_mimepart* part = curl_mime_addpart(mime);
  curl_mime_data(part, text.data(), text.size());
  curl_mime_type(part, type);
  curl_mime_encoder(part, "quoted-printable");
}

std::unique_ptr<curl_mime, FreeMime> mail_of(CURL* curl, const Alert& alert, const std::string& base_url) {
  std::unique_ptr<curl_mime, FreeMime> mail(curl_mime_init(curl));
  curl_mime* texts = curl_mime_init(curl);
  add_text(texts, mail_plain(alert, base_url), "text/plain; charset=utf-8");
  add_text(texts, mail_html(alert, base_url), "text/html; charset=utf-8");
  curl_mimepart* alternatives = curl_mime_addpart(mail.get());
  curl_mime_subparts(alternatives, texts);
  curl_mime_type(alternatives, "multipart/alternative");
  // What curl writes by itself, "attachment", makes programs show neither text.
  curl_mime_headers(alternatives, curl_slist_append(nullptr, "Content-Disposition: inline"), 1);
  if (alert.poster) {
    curl_mimepart* poster = curl_mime_addpart(mail.get());
    curl_mime_data(poster, alert.poster->data(), alert.poster->size());
    curl_mime_type(poster, "image/jpeg");
    curl_mime_filename(poster, "event.jpg");
    curl_mime_encoder(poster, "base64");
  }
  return mail;
}

std::string domain_of(const std::string& address) { return address.substr(address.find('@') + 1); }

std::string joined(const std::vector<std::string>& addresses) {
  std::string list;
  for (const std::string& address : addresses) list += std::format("{}<{}>", list.empty() ? "" : ",\r\n ", address);
  return list;
}

}  // namespace

EmailSender::EmailSender(EmailConfig config, SenderOptions options)
    : config_(std::move(config)), options_(std::move(options)) {}

core::Status EmailSender::send(const Notice& notice, std::stop_token stop) {
  const auto url = parse_url(config_.url);
  if (!url) return std::unexpected(url.error());
  auto transfer = Transfer::open(
      {.url = config_.url, .protocols = "smtp,smtps", .time_out = options_.time_out, .ca_file = options_.ca_file},
      std::move(stop));
  if (!transfer) return std::unexpected(transfer.error());
  CURL* curl = transfer->handle();
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
  const long encryption = config_.starttls == StartTls::kRequired ? CURLUSESSL_ALL : CURLUSESSL_TRY;
  set(CURLOPT_USE_SSL, encryption);
  if (!config_.user.empty()) {
    set(CURLOPT_USERNAME, config_.user.c_str());
    set(CURLOPT_PASSWORD, config_.password.c_str());
  }
  const std::string from = std::format("<{}>", config_.from);
  set(CURLOPT_MAIL_FROM, from.c_str());
  std::unique_ptr<curl_slist, FreeList> recipients;
  for (const std::string& to : config_.to) {
    curl_slist* longer = curl_slist_append(recipients.get(), std::format("<{}>", to).c_str());
    static_cast<void>(recipients.release());
    recipients.reset(longer);
  }
  set(CURLOPT_MAIL_RCPT, recipients.get());
  set(CURLOPT_MAIL_RCPT_ALLOWFAILS, 1L);

  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const std::string title = (options_.test ? "Test: " : "") + title_of(notice.alert);
  transfer->add_header(std::format("From: Vigil <{}>", config_.from));
  transfer->add_header(std::format("To: {}", joined(config_.to)));
  transfer->add_header(std::format("Subject: {}", header_text(title)));
  transfer->add_header(std::format("Date: {}", mail_date(now)));
  transfer->add_header(std::format("Message-ID: <{}@{}>", to_hex(random_bytes(kIdBytes)), domain_of(config_.from)));
  transfer->add_header("Auto-Submitted: auto-generated");
  const auto mail = mail_of(curl, notice.alert, options_.base_url);
  set(CURLOPT_MIMEPOST, mail.get());
  auto sent = transfer->perform();
  if (sent) return sent;
  core::Error error = sent.error().with_context("e-mail");
  const long code = transfer->answer();
  if (may_pass(error) && code >= kFirstFinal && code <= kLastFinal) {
    error.code = ErrorCode::kInvalidArgument;
    error.message += std::format("; the server answered {}", code);
  }
  return std::unexpected(std::move(error));
}

}  // namespace vigil::alerts
