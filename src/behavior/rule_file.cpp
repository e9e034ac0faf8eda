#include "behavior/rule_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <format>
#include <functional>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <toml++/toml.hpp>

#include "core/atomic_file.h"

namespace vigil::behavior {
namespace {

using core::ErrorCode;
using core::fail;
using core::Region;
using core::RegionCorner;
using core::Result;
using core::Status;

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

constexpr std::array<std::pair<std::string_view, LineDirection>, 3> kDirections{
    {{"both", LineDirection::kBoth},
     {"left-to-right", LineDirection::kLeftToRight},
     {"right-to-left", LineDirection::kRightToLeft}}};

// As the file has it; of what is long, the begin.
std::string shown(const toml::node& node) {
  constexpr std::size_t kLongest = 60;
  std::ostringstream out;
  node.visit([&](const auto& value) { out << value; });
  std::string text = std::move(out).str();
  std::ranges::replace(text, '\n', ' ');
  return text.size() > kLongest ? text.substr(0, kLongest) + " …" : text;
}

std::string listed(const auto& names) {
  std::string text;
  for (const auto& name : names) text += std::format("{}{}", text.empty() ? "" : ", ", name);
  return text;
}

std::optional<double> number_of(const toml::node& node) {
  const auto value = node.is_number() ? node.value<double>() : std::nullopt;
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<RegionCorner> point_of(const toml::node& node) {
  const toml::array* pair = node.as_array();
  if (!pair || pair->size() != 2) return std::nullopt;
  const auto x = number_of(*pair->get(0));
  const auto y = number_of(*pair->get(1));
  return x && y ? std::optional(RegionCorner{.x = *x, .y = *y}) : std::nullopt;
}

// "22:30" since midnight.
std::optional<std::chrono::minutes> time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto two_digits = [](std::string_view digits) -> int {
    int value = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? value : -1;
  };
  const int hours = two_digits(text.substr(0, 2));
  const int minutes = two_digits(text.substr(3));
  const bool exists = hours >= 0 && minutes >= 0 && minutes < 60 && (hours < 24 || (hours == 24 && minutes == 0));
  return exists ? std::optional(std::chrono::hours(hours) + std::chrono::minutes(minutes)) : std::nullopt;
}

// Takes the values of one table by key and type; remembers the first thing wrong with it. Keys that are absent leave what
// they would be read into as it is.
class TableReader {
 public:
  // `title` is the table's as the file has it: "[[zone]]".
  TableReader(std::string_view origin, std::string title, const toml::table& table)
      : origin_(origin), title_(std::move(title)), table_(table) {}

  void text(std::string_view key, std::string& into) {
    take(key, [&](const toml::node& node) {
      const auto value = node.value_exact<std::string>();
      if (!value || value->empty()) return wrong(key, node, "must be a text that is not empty");
      into = *value;
    });
  }

  void number(std::string_view key, double& into) {
    take(key, [&](const toml::node& node) {
      const auto value = number_of(node);
      if (!value) return wrong(key, node, "must be a number");
      into = *value;
    });
  }

  void integer(std::string_view key, int& into) {
    take(key, [&](const toml::node& node) {
      const auto value = node.value_exact<std::int64_t>();
      if (!value || !std::in_range<int>(*value)) return wrong(key, node, "must be a whole number");
      into = static_cast<int>(*value);
    });
  }

  void seconds(std::string_view key, core::MediaDuration& into) {
    constexpr double kFitsDuration = 1e9;
    take(key, [&](const toml::node& node) {
      const auto value = number_of(node);
      if (!value || std::abs(*value) > kFitsDuration) return wrong(key, node, "must be a number of seconds");
      into = core::MediaDuration::from_seconds(*value);
    });
  }

  template <typename E, std::size_t N>
  void choice(std::string_view key, E& into, const std::array<std::pair<std::string_view, E>, N>& choices) {
    take(key, [&](const toml::node& node) {
      const auto value = node.value_exact<std::string>();
      for (const auto& [name, choice] : choices) {
        if (value == name) {
          into = choice;
          return;
        }
      }
      std::vector<std::string_view> names;
      for (const auto& [name, choice] : choices) names.push_back(name);
      wrong(key, node, "must be one of " + listed(names));
    });
  }

  void point(std::string_view key, RegionCorner& into) {
    take(key, [&](const toml::node& node) {
      const auto value = point_of(node);
      if (!value) return wrong(key, node, "must be a point [x, y] in shares of the picture's sides");
      into = *value;
    });
  }

  void polygon(std::string_view key, Region& into) {
    take(key, [&](const toml::node& node) {
      std::vector<RegionCorner> corners;
      const toml::array* list = node.as_array();
      for (std::size_t i = 0; list && i < list->size(); ++i) {
        const auto corner = point_of(*list->get(i));
        if (!corner) return wrong(key, node, "must be a list of points [x, y] in shares of the picture's sides");
        corners.push_back(*corner);
      }
      auto region = Region::from_corners(std::move(corners));
      if (!region) return wrong(key, node, region.error().message);
      into = std::move(*region);
    });
  }

  void days(std::string_view key, std::array<bool, 7>& into) {
    take(key, [&](const toml::node& node) {
      const std::string rule = std::format("must be a list of days: {}", listed(kDays));
      const toml::array* list = node.as_array();
      if (!list) return wrong(key, node, rule);
      into.fill(false);
      for (const toml::node& day : *list) {
        const auto known = std::ranges::find(kDays, day.value_exact<std::string>().value_or(""));
        if (known == kDays.end()) return wrong(key, node, rule);
        into[static_cast<std::size_t>(known - kDays.begin())] = true;
      }
    });
  }

  void time(std::string_view key, std::chrono::minutes& into) {
    take(key, [&](const toml::node& node) {
      const auto value = time_of_day(node.value_exact<std::string>().value_or(""));
      if (!value) return wrong(key, node, "must be a time of the day as a text, \"22:30\"");
      into = *value;
    });
  }

  // A table or a list of tables under `key`, each by read(reader).
  void tables(std::string_view key, const std::function<void(TableReader&)>& read) {
    take(key, [&](const toml::node& node) {
      const auto one = [&](const toml::node& element) {
        const toml::table* table = element.as_table();
        if (!table) return wrong(key, node, "must be a table, or a list of tables");
        TableReader reader(origin_, std::format("{} {}", title_, key), *table);
        read(reader);
        if (auto read_well = reader.finish(); status_ && !read_well) status_ = read_well;
      };
      if (const toml::array* list = node.as_array()) {
        for (const toml::node& element : *list) one(element);
      } else {
        one(node);
      }
    });
  }

  bool has(std::string_view key) const { return table_.contains(key); }

  void require(std::string_view key) {
    if (status_ && !has(key)) status_ = fail_at(table_, std::format("{}: missing; it must be given", key));
  }

  void forbid(std::string_view key, std::string_view why) {
    take(key, [&](const toml::node& node) { wrong(key, node, why); });
  }

  // Every key of the table must have been asked for.
  Status finish() {
    for (const auto& [key, value] : table_) {
      if (status_ && !known_.contains(key.str())) {
        wrong(key.str(), value, std::format("unknown key; {} has {}", title_, listed(known_)));
      }
    }
    return status_;
  }

 private:
  void take(std::string_view key, const std::function<void(const toml::node&)>& read) {
    known_.insert(key);
    const toml::node* node = status_ ? table_.get(key) : nullptr;
    if (node) read(*node);
  }

  void wrong(std::string_view key, const toml::node& node, std::string_view rule) {
    if (status_) status_ = fail_at(node, std::format("{} = {}: {}", key, shown(node), rule));
  }

  std::unexpected<core::Error> fail_at(const toml::node& node, std::string_view what) const {
    return fail(ErrorCode::kInvalidArgument, std::format("{}:{}: {} {}", origin_, node.source().begin.line, title_, what));
  }

  std::string_view origin_;
  std::string title_;
  const toml::table& table_;
  std::set<std::string_view> known_;
  Status status_;
};

void read_zone(TableReader& reader, RuleFile& file) {
  Zone& zone = file.rules.zones.emplace_back();
  reader.require("name");
  reader.require("polygon");
  reader.text("name", zone.name);
  reader.polygon("polygon", zone.region);
}

void read_line(TableReader& reader, RuleFile& file) {
  Line& line = file.rules.lines.emplace_back();
  for (const std::string_view key : {"name", "from", "to"}) reader.require(key);
  reader.text("name", line.name);
  reader.point("from", line.from);
  reader.point("to", line.to);
}

void read_mask(TableReader& reader, RuleFile& file) {
  enum class Kind { kDetection, kPrivacy };
  constexpr std::array<std::pair<std::string_view, Kind>, 2> kKinds{
      {{"detection", Kind::kDetection}, {"privacy", Kind::kPrivacy}}};
  auto kind = Kind::kDetection;
  Region region;
  reader.require("kind");
  reader.require("polygon");
  reader.choice("kind", kind, kKinds);
  reader.polygon("polygon", region);
  (kind == Kind::kPrivacy ? file.privacy_masks : file.detection_masks).push_back(std::move(region));
}

Condition read_condition(TableReader& reader) {
  enum class Kind { kZone, kLine, kLoitering, kCrowd, kRunning };
  constexpr std::array<std::pair<std::string_view, Kind>, 5> kKinds{{{"zone", Kind::kZone},
                                                                     {"line", Kind::kLine},
                                                                     {"loitering", Kind::kLoitering},
                                                                     {"crowd", Kind::kCrowd},
                                                                     {"running", Kind::kRunning}}};
  auto kind = Kind::kZone;
  reader.require("kind");
  reader.choice("kind", kind, kKinds);
  switch (kind) {
    case Kind::kZone: {
      ZoneCondition zone;
      reader.require("zone");
      reader.text("zone", zone.zone);
      return zone;
    }
    case Kind::kLine: {
      LineCondition line;
      reader.require("line");
      reader.text("line", line.line);
      reader.choice("direction", line.direction, kDirections);
      reader.number("margin", line.margin);
      return line;
    }
    case Kind::kLoitering: {
      LoiteringCondition loitering;
      reader.text("zone", loitering.zone);
      if (reader.has("zone")) {
        reader.forbid("radius", "has no meaning in a zone; leave out the one or the other");
      } else {
        reader.number("radius", loitering.radius);
      }
      return loitering;
    }
    case Kind::kCrowd: {
      CrowdCondition crowd;
      reader.require("people");
      reader.text("zone", crowd.zone);
      reader.integer("people", crowd.people);
      return crowd;
    }
    case Kind::kRunning: {
      RunningCondition running;
      reader.text("zone", running.zone);
      reader.number("speed", running.speed);
      return running;
    }
  }
  std::unreachable();
}

void read_rule(TableReader& reader, RuleFile& file) {
  std::string name;
  reader.require("name");
  reader.text("name", name);
  Rule rule = Rule::of(std::move(name), read_condition(reader));
  if (!std::holds_alternative<LineCondition>(rule.condition)) reader.seconds("min_s", rule.min_duration);
  reader.seconds("merge_gap_s", rule.merge_gap);
  reader.seconds("cool_down_s", rule.cool_down);
  reader.tables("schedule", [&](TableReader& span) {
    ScheduleSpan& hours = rule.schedule.emplace_back();
    span.days("days", hours.days);
    span.time("from", hours.from);
    span.time("to", hours.to);
  });
  file.rules.rules.push_back(std::move(rule));
}

struct Kind {
  std::string_view name;
  void (*read)(TableReader&, RuleFile&);
};

// In the order in which they are read: rules name zones and lines.
constexpr std::array<Kind, 4> kTables{{{"zone", read_zone}, {"line", read_line}, {"mask", read_mask}, {"rule", read_rule}}};

Result<RuleFile> read_tables(const toml::table& root, std::string_view origin) {
  const auto wrong = [&](const toml::node& node, std::string_view what) {
    return fail(ErrorCode::kInvalidArgument, std::format("{}:{}: {}", origin, node.source().begin.line, what));
  };
  for (const auto& [key, value] : root) {
    if (std::ranges::find(kTables, key.str(), &Kind::name) == kTables.end()) {
      return wrong(value, std::format("{}: unknown; a rules file has [[zone]], [[line]], [[mask]] and [[rule]]", key.str()));
    }
    if (!value.is_array_of_tables()) return wrong(value, std::format("{0}: must be written as [[{0}]]", key.str()));
  }
  RuleFile file;
  for (const Kind& kind : kTables) {
    const toml::array* tables = root[kind.name].as_array();
    for (std::size_t i = 0; tables && i < tables->size(); ++i) {
      const toml::table& table = *tables->get(i)->as_table();
      TableReader reader(origin, std::format("[[{}]]", kind.name), table);
      kind.read(reader, file);
      if (auto read_well = reader.finish(); !read_well) return std::unexpected(read_well.error());
      // All before this table was valid, so what is wrong is in this one.
      if (auto valid = file.rules.validate(); !valid) return wrong(table, valid.error().message);
    }
  }
  return file;
}

}  // namespace

Result<RuleFile> parse_rules(std::string_view toml, std::string_view origin) {
  try {
    return read_tables(toml::parse(toml, origin), origin);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{}:{}: not valid TOML: {}", origin, error.source().begin.line, error.description()));
  }
}

Result<std::string> rules_as_json(std::string_view toml, std::string_view origin) {
  if (auto valid = parse_rules(toml, origin); !valid) return std::unexpected(valid.error());
  std::ostringstream json;
  json << toml::json_formatter(toml::parse(toml, origin));
  return json.str();
}

Result<RuleFile> load_rules(const std::filesystem::path& path) {
  auto text = core::read_file(path);
  if (!text) return std::unexpected(text.error());
  return parse_rules(*text, path.string());
}

}  // namespace vigil::behavior
