#include "alerts/mail_text.h"

#include <algorithm>
#include <chrono>
#include <format>

#include "alerts/alert_text.h"
#include "alerts/encoding.h"

namespace vigil::alerts {
namespace {

constexpr std::size_t kWord = 42;          // bytes in an encoded word, so that it has at most 75 letters
constexpr std::size_t kLongestPlain = 70;  // letters of a header that goes as it is

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      default: html += c;
    }
  }
  return html;
}

std::string details_of(const Alert& alert) {
  const auto time = std::chrono::floor<std::chrono::seconds>(alert.time);
  std::string details =
      std::format("Camera: {}\nTime: {:%F %T} UTC\nScore: {:.2f}\n", one_line(alert.camera), time, alert.score);
  if (!alert.rule.empty()) details += std::format("Rule: {}\n", one_line(alert.rule));
  if (!alert.zone.empty()) details += std::format("Zone: {}\n", one_line(alert.zone));
  return details;
}

}  // namespace

std::string header_text(std::string_view text) {
  const std::string line = one_line(text);
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (line.size() <= kLongestPlain && std::ranges::all_of(line, is_plain) && !line.contains("=?")) return line;
  std::string words;
  for (std::size_t begin = 0; begin < line.size();) {
    std::size_t end = std::min(begin + kWord, line.size());
    while (end < line.size() && end > begin + 1 && continues_character(line[end])) --end;
    words += std::format("{}=?UTF-8?B?{}?=", words.empty() ? "" : "\r\n ", to_base64(line.substr(begin, end - begin)));
    begin = end;
  }
  return words;
}

std::string mail_date(AlertTime time) {
  return std::format("{:%a, %d %b %Y %T} +0000", std::chrono::floor<std::chrono::seconds>(time));
}

std::string mail_plain(const Alert& alert, std::string_view base_url) {
  const std::string link = link_of(alert, base_url);
  return std::format("{}\n\n{}{}", sentence_of(alert), details_of(alert), link.empty() ? "" : std::format("\n{}\n", link));
}

std::string mail_html(const Alert& alert, std::string_view base_url) {
  const std::string link = escaped(link_of(alert, base_url));
  std::string details = escaped(details_of(alert));
  for (std::size_t at = 0; (at = details.find('\n', at)) != std::string::npos; at += 5) details.replace(at, 1, "<br>\n");
  return std::format("<!doctype html>\n<html><body>\n<h2>{}</h2>\n<p>{}</p>\n<p>{}</p>\n{}</body></html>\n",
                     escaped(title_of(alert)), escaped(sentence_of(alert)), details,
                     link.empty() ? "" : std::format("<p><a href=\"{}\">Show the event</a></p>\n", link));
}

}  // namespace vigil::alerts
