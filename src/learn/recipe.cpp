#include "learn/recipe.h"

#include <cmath>
#include <format>
#include <optional>
#include <set>
#include <type_traits>

#include <toml++/toml.hpp>

#include "core/atomic_file.h"
#include "learn/recipe_fields.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;

std::string shown(const toml::node& node) {
  std::ostringstream out;
  node.visit([&](const auto& value) { out << value; });
  return out.str();
}

std::string allowed(const Range& range) {
  return std::format("{} {} and {} {}", range.low_open ? "above" : "at least", range.low,
                     range.high_open ? "below" : "at most", range.high);
}

bool contains(const Range& range, double value) {
  return std::isfinite(value) && (range.low_open ? value > range.low : value >= range.low) &&
         (range.high_open ? value < range.high : value <= range.high);
}

template <typename E, std::size_t N>
std::string listed(const Choices<E, N>& choices) {
  std::string text;
  for (const auto& [name, value] : choices) text += std::format("{}\"{}\"", text.empty() ? "" : ", ", name);
  return text;
}

template <typename E, std::size_t N>
std::string_view name_of(const Choices<E, N>& choices, E value) {
  for (const auto& [name, choice] : choices) {
    if (choice == value) return name;
  }
  return "";
}

// Visitor that takes the values of one table of the file; remembers the first thing wrong with it.
class Reader {
 public:
  Reader(std::string section, const toml::table& table) : section_(std::move(section)), table_(table) {}

  void number(std::string_view key, double& into, Range range) {
    if (const toml::node* node = take(key)) take_number(key, *node, into, range);
  }

  template <typename Int>
  void integer(std::string_view key, Int& into, Range range) {
    const toml::node* node = take(key);
    if (!node) return;
    const auto value = node->value_exact<std::int64_t>();
    if (!value) return wrong(key, *node, "must be a whole number");
    if (!contains(range, static_cast<double>(*value))) return wrong(key, *node, "must be " + allowed(range));
    into = static_cast<Int>(*value);
  }

  void flag(std::string_view key, bool& into) {
    const toml::node* node = take(key);
    if (!node) return;
    const auto value = node->value_exact<bool>();
    if (!value) return wrong(key, *node, "must be true or false");
    into = *value;
  }

  void text(std::string_view key, std::string& into) {
    const toml::node* node = take(key);
    if (!node) return;
    const auto value = node->value_exact<std::string>();
    if (!value || value->empty()) return wrong(key, *node, "must be a text that is not empty");
    into = *value;
  }

  void text_or_nothing(std::string_view key, std::string& into) {
    const toml::node* node = take(key);
    if (!node) return;
    const auto value = node->value_exact<std::string>();
    if (!value) return wrong(key, *node, "must be a text; an empty one for none");
    into = *value;
  }

  template <typename E, std::size_t N>
  void choice(std::string_view key, E& into, const Choices<E, N>& choices) {
    const toml::node* node = take(key);
    if (!node) return;
    const std::string value = node->is_string() ? node->ref<std::string>() : shown(*node);
    for (const auto& [name, choice] : choices) {
      if (value == name) {
        into = choice;
        return;
      }
    }
    wrong(key, *node, "must be one of " + listed(choices));
  }

  template <std::size_t N>
  void numbers(std::string_view key, std::array<float, N>& into, Range range) {
    const toml::node* node = take(key);
    if (!node) return;
    const toml::array* values = node->as_array();
    if (!values || values->size() != N) return wrong(key, *node, std::format("must be a list of {} numbers", N));
    for (std::size_t i = 0; i < N; ++i) {
      double value = 0;
      take_number(key, *values->get(i), value, range);
      into[i] = static_cast<float>(value);
    }
  }

  // Every key of the table must have been asked for.
  Status finish() {
    if (status_) {
      for (const auto& [key, value] : table_) {
        if (!known_.contains(key.str())) {
          std::string names;
          for (const std::string_view name : known_) names += std::format("{}{}", names.empty() ? "" : ", ", name);
          status_ = fail(ErrorCode::kInvalidArgument,
                         std::format("{} = {}: unknown key; [{}] has {}", full(key.str()), shown(value), section_, names));
          break;
        }
      }
    }
    return status_;
  }

 private:
  const toml::node* take(std::string_view key) {
    known_.insert(key);
    return status_ ? table_.get(key) : nullptr;
  }

  void take_number(std::string_view key, const toml::node& node, double& into, const Range& range) {
    const auto value = node.is_number() ? node.value<double>() : std::nullopt;
    if (!value) return wrong(key, node, "must be a number");
    if (!contains(range, *value)) return wrong(key, node, "must be " + allowed(range));
    into = *value;
  }

  std::string full(std::string_view key) const { return std::format("{}.{}", section_, key); }

  void wrong(std::string_view key, const toml::node& node, std::string_view rule) {
    if (!status_) return;
    status_ = fail(ErrorCode::kInvalidArgument, std::format("{} = {}: {}", full(key), shown(node), rule));
  }

  std::string section_;
  const toml::table& table_;
  std::set<std::string_view> known_;
  Status status_;
};

// Visitor that writes "key = value" lines.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void number(std::string_view key, double value, Range) { line(key, toml::value<double>(value)); }
  template <typename Int>
  void integer(std::string_view key, Int value, Range) {
    line(key, toml::value<std::int64_t>(value));
  }
  void flag(std::string_view key, bool value) { line(key, toml::value<bool>(value)); }
  void text(std::string_view key, const std::string& value) { line(key, toml::value<std::string>(value)); }
  void text_or_nothing(std::string_view key, const std::string& value) { text(key, value); }
  template <typename E, std::size_t N>
  void choice(std::string_view key, E value, const Choices<E, N>& choices) {
    line(key, toml::value<std::string>(name_of(choices, value)));
  }
  template <std::size_t N>
  void numbers(std::string_view key, const std::array<float, N>& values, Range) {
    std::string list;
    for (const float value : values) list += std::format("{}{}", list.empty() ? "" : ", ", with_point(value));
    out_ += std::format("{} = [{}]\n", key, list);
  }

 private:
  // The shortest text that reads back as the same float.
  static std::string with_point(float value) {
    std::string text = std::format("{}", value);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
  }

  void line(std::string_view key, const toml::node& node) { out_ += std::format("{} = {}\n", key, shown(node)); }

  std::string& out_;
};

Result<toml::table> parse_toml(std::string_view text, std::string_view origin) {
  try {
    return toml::parse(text, origin);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{}:{}: not valid TOML: {}", origin, error.source().begin.line, error.description()));
  }
}

// "section.key=value" into the table. The value is read as TOML and, where it is none, taken as a string.
Status apply_override(toml::table& root, const std::string& text) {
  const auto equals = text.find('=');
  const std::string path = text.substr(0, equals);
  const auto dot = path.find('.');
  const bool well_formed =
      equals != std::string::npos && equals > 0 && (path == "name" || (dot != std::string::npos && dot > 0));
  if (!well_formed) {
    return fail(ErrorCode::kInvalidArgument, std::format("'{}': an override reads section.key=value", text));
  }
  toml::table* table = &root;
  std::string key = path;
  if (dot != std::string::npos) {
    const std::string section = path.substr(0, dot);
    key = path.substr(dot + 1);
    root.insert(section, toml::table{});
    table = root[section].as_table();
    if (!table) return fail(ErrorCode::kInvalidArgument, std::format("{}: must be a section", section));
  }
  const std::string value = text.substr(equals + 1);
  if (auto parsed = parse_toml("value = " + value, "--set"); parsed && parsed->size() == 1) {
    table->insert_or_assign(key, std::move(*parsed->get("value")));
  } else {
    table->insert_or_assign(key, value);
  }
  return {};
}

Status read_sections(const toml::table& root, Recipe& recipe) {
  std::set<std::string, std::less<>> sections = {"name"};
  Status status;
  for_each_section(recipe, [&](std::string_view section, auto&& walk) {
    sections.emplace(section);
    if (!status || !root.contains(section)) return;
    const toml::table* table = root[section].as_table();
    if (!table) {
      status = fail(ErrorCode::kInvalidArgument, std::format("{}: must be a section: [{}]", section, section));
      return;
    }
    Reader reader(std::string(section), *table);
    walk(reader);
    status = reader.finish();
  });
  for (const auto& [key, value] : root) {
    if (status && !sections.contains(key.str())) {
      std::string names;
      for (const std::string& name : sections) names += std::format("{}{}", names.empty() ? "" : ", ", name);
      status = fail(ErrorCode::kInvalidArgument, std::format("{}: unknown; a recipe has {}", key.str(), names));
    }
  }
  return status;
}

Status check_together(Recipe& recipe) {
  recipe.transform.window = core::MediaDuration::from_seconds(recipe.data.clip_seconds);
  if (auto valid = recipe.transform.validate(); !valid) return std::unexpected(valid.error().with_context("[transform]"));
  if (recipe.trainer.max_epochs < recipe.trainer.min_epochs) {
    return fail(ErrorCode::kInvalidArgument, std::format("trainer.max_epochs = {}: must be at least trainer.min_epochs = {}",
                                                         recipe.trainer.max_epochs, recipe.trainer.min_epochs));
  }
  const DetectionRecipe& detection = recipe.detection;
  for (const auto& [key, side] : {std::pair{"input_px", detection.input_px}, {"train_px", detection.train_px}}) {
    if (side % 32 != 0) {
      return fail(ErrorCode::kInvalidArgument, std::format("detection.{} = {}: must be a multiple of 32", key, side));
    }
  }
  if (detection.scale_max < detection.scale_min) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("detection.scale_max = {}: must be at least detection.scale_min = {}", detection.scale_max,
                            detection.scale_min));
  }
  if (recipe.optimizer.nesterov && recipe.optimizer.momentum == 0) {
    return fail(ErrorCode::kInvalidArgument, "optimizer.nesterov = true: needs optimizer.momentum above 0");
  }
  if (recipe.data.positive_class == recipe.data.negative_class) {
    return fail(
        ErrorCode::kInvalidArgument,
        std::format("data.positive_class = \"{}\": must differ from data.negative_class", recipe.data.positive_class));
  }
  return {};
}

Result<Recipe> read_recipe(toml::table& root, const std::vector<std::string>& overrides) {
  for (const std::string& text : overrides) {
    if (auto applied = apply_override(root, text); !applied) return std::unexpected(applied.error());
  }
  Recipe recipe;
  const auto name = root["name"].value_exact<std::string>();
  if (!name || name->empty()) return fail(ErrorCode::kInvalidArgument, "name: must be given, as a text that is not empty");
  recipe.name = *name;
  Status status = read_sections(root, recipe);
  if (status) status = check_together(recipe);
  if (!status) return std::unexpected(status.error());
  return recipe;
}

}  // namespace

Result<Recipe> parse_recipe(std::string_view toml, std::string_view origin, const std::vector<std::string>& overrides) {
  auto root = parse_toml(toml, origin);
  if (!root) return std::unexpected(root.error());
  auto recipe = read_recipe(*root, overrides);
  if (!recipe) return std::unexpected(recipe.error().with_context(origin));
  return recipe;
}

Result<Recipe> load_recipe(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  auto text = core::read_file(path);
  if (!text) return std::unexpected(text.error());
  return parse_recipe(*text, path.string(), overrides);
}

std::string to_toml(const Recipe& recipe) {
  Recipe copy = recipe;
  std::string out;
  Writer(out).text("name", copy.name);
  for_each_section(copy, [&](std::string_view section, auto&& walk) {
    out += std::format("\n[{}]\n", section);
    Writer writer(out);
    walk(writer);
  });
  return out;
}

std::string_view to_string(Monitor monitor) { return name_of(kMonitors, monitor); }

}  // namespace vigil::learn
