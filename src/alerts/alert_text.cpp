#include "alerts/alert_text.h"

#include <chrono>
#include <cstdint>
#include <format>

#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kBodyVersion = 1;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Bytes that are no UTF-8 become U+FFFD.
std::string valid_utf8(std::string_view text) {
  const std::string quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  return Json::parse(quoted).get<std::string>();
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line = valid_utf8(text);
  for (char& c : line) {
    if (is_control(c)) c = ' ';
  }
  return line;
}

std::string shortened(std::string_view text, std::size_t bytes) {
  constexpr std::string_view kEllipsis = "…";
  if (text.size() <= bytes) return std::string(text);
  std::size_t end = bytes - kEllipsis.size();
  while (end > 0 && continues_character(text[end])) --end;
  return std::string(text.substr(0, end)) + std::string(kEllipsis);
}

std::string slug_of(std::string_view name) {
  std::string slug;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) {
      slug += c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  if (slug.ends_with('-')) slug.pop_back();
  return slug;
}

std::string title_of(const Alert& alert) {
  std::string title = alert.title;
  if (title.empty())
    title = capitalised(alert.camera.empty() ? alert.kind : std::format("{} at {}", alert.kind, alert.camera));
  if (alert.more > 0) title += std::format(" (and {} more)", alert.more);
  return one_line(title);
}

std::string sentence_of(const Alert& alert) {
  if (!alert.sentence.empty()) return one_line(alert.sentence);
  const std::string where = alert.zone.empty() ? "" : std::format(" in {}", alert.zone);
  return one_line(std::format("{}{} on camera {}, {} UTC", capitalised(alert.kind), where, alert.camera,
                              std::format("{:%F %T}", std::chrono::floor<std::chrono::seconds>(alert.time))));
}

std::string link_of(const Alert& alert, std::string_view base_url) {
  if (alert.link.empty() || base_url.empty()) return "";
  while (base_url.ends_with('/')) base_url.remove_suffix(1);
  return one_line(std::string(base_url) + alert.link);
}

std::string time_of(const Alert& alert) {
  return std::format("{:%FT%TZ}", std::chrono::floor<std::chrono::milliseconds>(alert.time));
}

std::string body_of(const Alert& alert, std::string_view base_url, bool test) {
  const Json body = {{"version", kBodyVersion},
                     {"type", test ? "test" : "event"},
                     {"event",
                      {{"uid", alert.uid},
                       {"id", alert.event_id},
                       {"state", alert.state == AlertState::kBegun ? "begun" : "ended"},
                       {"kind", alert.kind},
                       {"rule", alert.rule},
                       {"zone", alert.zone},
                       {"camera", {{"id", alert.camera_id}, {"name", alert.camera}}},
                       {"time", time_of(alert)},
                       {"score", alert.score},
                       {"title", title_of(alert)},
                       {"sentence", sentence_of(alert)},
                       {"link", link_of(alert, base_url)}}},
                     {"more", alert.more}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace vigil::alerts
