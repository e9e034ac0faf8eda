#include "alerts/alert_rules.h"

#include <algorithm>
#include <array>
#include <format>

#include "alerts/alert.h"
#include "alerts/field_reader.h"
#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::minutes;

constexpr minutes kDay = std::chrono::hours(24);
constexpr std::int64_t kLongestCoolDown = 7 * 24 * 3600;  // seconds
constexpr std::array<const char*, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::array<const char*, 3> kWhen = {"begun", "ended", "both"};

std::string clock_of(minutes time) { return std::format("{:02}:{:02}", time.count() / 60, time.count() % 60); }

std::optional<minutes> minutes_of(const std::string& text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const minutes time((text[0] - '0') * 600 + (text[1] - '0') * 60 + (text[3] - '0') * 10 + (text[4] - '0'));
  return text[3] < '6' && time <= kDay ? std::optional(time) : std::nullopt;
}

minutes read_clock(FieldReader& fields, const std::string& key, minutes otherwise) {
  const std::string text = fields.text(key, {.otherwise = clock_of(otherwise)});
  const auto time = minutes_of(text);
  if (!time) fields.refuse(key, std::format("is \"{}\"; it must be a time of day such as \"22:30\"", text));
  return time.value_or(otherwise);
}

Schedule read_schedule(FieldReader& fields) {
  Schedule schedule;
  for (const std::string& day : fields.texts("days")) {
    const auto found = std::ranges::find(kDays, day);
    if (found == kDays.end())
      fields.refuse("days", std::format("has \"{}\"; days are mon, tue, wed, thu, fri, sat, sun", day));
    schedule.days.push_back(static_cast<int>(found - kDays.begin()));
  }
  schedule.from = read_clock(fields, "from", schedule.from);
  schedule.until = read_clock(fields, "until", schedule.until);
  if (schedule.from == schedule.until) {
    fields.refuse("until",
                  std::format("is {}, as is 'from'; for whole days it is 00:00 to 24:00", clock_of(schedule.until)));
  }
  return schedule;
}

}  // namespace

bool Schedule::covers(std::chrono::local_seconds time) const {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const auto clock = time - day;
  const auto holds = [&](std::chrono::local_days which) {
    const int weekday = static_cast<int>(std::chrono::weekday(which).iso_encoding()) - 1;
    return days.empty() || std::ranges::contains(days, weekday);
  };
  if (from < until) return clock >= from && clock < until && holds(day);
  return (clock >= from && holds(day)) || (clock < until && holds(day - std::chrono::days(1)));
}

std::string to_json(const AlertRule& rule) {
  Json json = {{"id", rule.id},
               {"name", rule.name},
               {"enabled", rule.enabled},
               {"cameras", rule.cameras},
               {"kinds", rule.kinds},
               {"rules", rule.rules},
               {"least_score", rule.least_score},
               {"schedule", nullptr},
               {"cool_down_s", rule.cool_down.count()},
               {"channels", rule.channels},
               {"when", kWhen[static_cast<std::size_t>(rule.when)]}};
  if (rule.schedule) {
    Json days = Json::array();
    for (const int day : rule.schedule->days) days.push_back(kDays[static_cast<std::size_t>(day)]);
    json["schedule"] = {{"days", days}, {"from", clock_of(rule.schedule->from)}, {"until", clock_of(rule.schedule->until)}};
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

core::Result<AlertRule> rule_from_json(std::string_view json) {
  auto fields = FieldReader::parse(json, "alert rule");
  if (!fields) return std::unexpected(fields.error());
  AlertRule rule;
  rule.id = fields->integer("id", {.low = 0, .high = INT64_MAX, .otherwise = rule.id});
  rule.name = fields->text("name", {});
  if (rule.name.empty()) fields->refuse("name", "is empty; give the rule a name");
  rule.enabled = fields->flag("enabled", rule.enabled);
  rule.cameras = fields->integers("cameras");
  rule.kinds = fields->texts("kinds");
  for (const std::string& kind : rule.kinds) {
    if (std::ranges::contains(kAlertKinds, kind)) continue;
    fields->refuse("kinds", std::format("has \"{}\"; kinds are violence, zone, line, loitering, crowd, running", kind));
  }
  rule.rules = fields->texts("rules");
  rule.least_score = fields->number("least_score", {.low = 0, .high = 1, .otherwise = rule.least_score});
  if (auto schedule = fields->part("schedule")) rule.schedule = read_schedule(*schedule);
  rule.cool_down = std::chrono::seconds(
      fields->integer("cool_down_s", {.low = 0, .high = kLongestCoolDown, .otherwise = rule.cool_down.count()}));
  rule.channels = fields->integers("channels");
  const std::string when = fields->choice("when", {kWhen.begin(), kWhen.end()}, kWhen[0]);
  rule.when = static_cast<TellWhen>(std::ranges::find(kWhen, when) - kWhen.begin());
  if (auto read = fields->finish(); !read) return std::unexpected(read.error());
  return rule;
}

}  // namespace vigil::alerts
