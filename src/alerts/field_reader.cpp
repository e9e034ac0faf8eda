#include "alerts/field_reader.h"

#include <algorithm>
#include <format>
#include <set>

#include "alerts/alert_text.h"
#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using Json = nlohmann::json;
using core::ErrorCode;
using core::fail;

constexpr std::size_t kMostShown = 60;    // bytes of a value in a message
constexpr std::size_t kMostListed = 200;  // items of a list

std::string shown(const Json& value) {
  return shortened(value.dump(-1, ' ', false, Json::error_handler_t::replace), kMostShown);
}

}  // namespace

struct FieldReader::Node {
  Json json = {};
  std::string path = {};  // "channel: ", then "schedule." of parts
  std::set<std::string> asked = {};
  std::vector<std::shared_ptr<Node>> parts = {};
  std::optional<core::Error> error = {};

  void refuse(const std::string& key, const std::string& why) {
    if (!error) error = core::Error{ErrorCode::kInvalidArgument, std::format("{}'{}' {}", path, key, why)};
  }

  // Null where it is missing and may be.
  const Json* find(const std::string& key, bool needed) {
    asked.insert(key);
    const auto found = json.find(key);
    if (found != json.end()) return &*found;
    if (needed) refuse(key, "is missing; it must be given");
    return nullptr;
  }
};

core::Result<FieldReader> FieldReader::parse(std::string_view json, std::string_view what) {
  auto node = std::make_shared<Node>();
  node->json = Json::parse(json, nullptr, false);
  node->path = std::format("{}: ", what);
  if (node->json.is_discarded()) return fail(ErrorCode::kInvalidArgument, std::format("{}: this is not JSON", what));
  if (!node->json.is_object()) {
    return fail(ErrorCode::kInvalidArgument, std::format("{}: {} is not a JSON object", what, shown(node->json)));
  }
  return FieldReader(std::move(node));
}

std::string FieldReader::text(const std::string& key, const Text& allowed) {
  const Json* value = node_->find(key, !allowed.otherwise);
  if (!value) return allowed.otherwise.value_or("");
  if (!value->is_string()) {
    node_->refuse(key, allowed.secret ? "must be a text" : std::format("is {}; it must be a text", shown(*value)));
    return "";
  }
  const auto text = value->get<std::string>();
  if (text.size() > allowed.longest) {
    node_->refuse(key, std::format("has {} bytes; it may have {}", text.size(), allowed.longest));
  }
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
    node_->refuse(key, "holds a line end or another control character; leave it out");
  }
  return text;
}

std::int64_t FieldReader::integer(const std::string& key, const Integer& allowed) {
  const Json* value = node_->find(key, !allowed.otherwise);
  if (!value) return allowed.otherwise.value_or(allowed.low);
  const bool small =
      value->is_number_integer() && !(value->is_number_unsigned() && value->get<std::uint64_t>() > std::uint64_t{INT64_MAX});
  if (small) {
    const auto number = value->get<std::int64_t>();
    if (number >= allowed.low && number <= allowed.high) return number;
  }
  node_->refuse(key,
                std::format("is {}; it must be a whole number from {} to {}", shown(*value), allowed.low, allowed.high));
  return allowed.low;
}

double FieldReader::number(const std::string& key, const Number& allowed) {
  const Json* value = node_->find(key, !allowed.otherwise);
  if (!value) return allowed.otherwise.value_or(allowed.low);
  if (value->is_number()) {
    const auto number = value->get<double>();
    if (number >= allowed.low && number <= allowed.high) return number;
  }
  node_->refuse(key, std::format("is {}; it must be a number from {} to {}", shown(*value), allowed.low, allowed.high));
  return allowed.low;
}

bool FieldReader::flag(const std::string& key, bool otherwise) {
  const Json* value = node_->find(key, false);
  if (!value) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  node_->refuse(key, std::format("is {}; it must be true or false", shown(*value)));
  return otherwise;
}

std::string FieldReader::choice(const std::string& key, const std::vector<std::string>& allowed,
                                std::optional<std::string> otherwise) {
  const Json* value = node_->find(key, !otherwise);
  if (!value) return otherwise.value_or("");
  if (value->is_string() && std::ranges::contains(allowed, value->get<std::string>())) return value->get<std::string>();
  std::string list;
  for (const std::string& one : allowed) list += std::format("{}\"{}\"", list.empty() ? "" : ", ", one);
  node_->refuse(key, std::format("is {}; it must be one of {}", shown(*value), list));
  return allowed.front();
}

std::vector<std::string> FieldReader::texts(const std::string& key) {
  const Json* value = node_->find(key, false);
  if (!value) return {};
  const bool right = value->is_array() && value->size() <= kMostListed &&
                     std::ranges::all_of(*value, [](const Json& item) { return item.is_string(); });
  if (right) return value->get<std::vector<std::string>>();
  node_->refuse(key, std::format("is {}; it must be a list of texts, at most {}", shown(*value), kMostListed));
  return {};
}

std::vector<std::int64_t> FieldReader::integers(const std::string& key) {
  const Json* value = node_->find(key, false);
  if (!value) return {};
  const bool right = value->is_array() && value->size() <= kMostListed &&
                     std::ranges::all_of(*value, [](const Json& item) { return item.is_number_integer(); });
  if (right) return value->get<std::vector<std::int64_t>>();
  node_->refuse(key, std::format("is {}; it must be a list of whole numbers, at most {}", shown(*value), kMostListed));
  return {};
}

std::optional<FieldReader> FieldReader::part(const std::string& key) {
  const Json* value = node_->find(key, false);
  if (!value || value->is_null()) return std::nullopt;
  if (!value->is_object()) {
    node_->refuse(key, std::format("is {}; it must be an object or null", shown(*value)));
    return std::nullopt;
  }
  auto node = std::make_shared<Node>();
  node->json = *value;
  node->path = std::format("{}{}: ", node_->path, key);
  node_->parts.push_back(node);
  return FieldReader(std::move(node));
}

void FieldReader::refuse(const std::string& key, const std::string& why) { node_->refuse(key, why); }

core::Status FieldReader::finish() {
  for (const auto& [key, value] : node_->json.items()) {
    if (!node_->asked.contains(key)) node_->refuse(shortened(one_line(key), kMostShown), "is not known; leave it out");
  }
  if (node_->error) return std::unexpected(*node_->error);
  for (const std::shared_ptr<Node>& part : node_->parts) {
    if (auto read = FieldReader(part).finish(); !read) return read;
  }
  return {};
}

}  // namespace vigil::alerts
