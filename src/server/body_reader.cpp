#include "server/body_reader.h"

#include <format>

#include "server/problem.h"

namespace vigil::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 32;

}  // namespace

BodyReader BodyReader::parse(std::string_view bytes) {
  BodyReader reader;
  // Deeply nested text would cost stack; nothing in the API is.
  const auto shallow = [](int depth, Json::parse_event_t, Json&) {
    if (depth > kDeepest) throw Problem(400, "malformed", "the body is nested too deeply");
    return true;
  };
  try {
    reader.object_ = Json::parse(bytes, shallow);
  } catch (const Json::exception&) {
    throw Problem(400, "malformed", "the body is not valid JSON");
  }
  if (!reader.object_.is_object()) throw Problem(400, "malformed", "the body must be a JSON object");
  return reader;
}

const Json* BodyReader::find(const std::string& field) {
  known_.insert(field);
  const auto found = object_.find(field);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void BodyReader::wrong(const std::string& field, const std::string& wanted) {
  throw Problem(422, "invalid", std::format("{}: must be {}", field, wanted), field);
}

void BodyReader::missing(const std::string& field) {
  throw Problem(422, "missing_field", std::format("{} is missing", field), field);
}

std::optional<std::string> BodyReader::optional_text(const std::string& field) {
  const Json* value = find(field);
  if (!value) return std::nullopt;
  if (!value->is_string()) wrong(field, "a text");
  auto text = value->get<std::string>();
  if (text.size() > kLongestText) wrong(field, std::format("a text of at most {} bytes", kLongestText));
  if (text.contains('\0')) wrong(field, "a text without zero bytes");
  return text;
}

std::string BodyReader::text(const std::string& field) {
  auto value = optional_text(field);
  if (!value) missing(field);
  return std::move(*value);
}

std::optional<bool> BodyReader::optional_flag(const std::string& field) {
  const Json* value = find(field);
  if (!value) return std::nullopt;
  if (!value->is_boolean()) wrong(field, "true or false");
  return value->get<bool>();
}

bool BodyReader::flag(const std::string& field) {
  const auto value = optional_flag(field);
  if (!value) missing(field);
  return *value;
}

std::optional<double> BodyReader::optional_real(const std::string& field) {
  const Json* value = find(field);
  if (!value) return std::nullopt;
  if (!value->is_number()) wrong(field, "a number");
  return value->get<double>();
}

std::optional<std::int64_t> BodyReader::optional_number(const std::string& field) {
  const Json* value = find(field);
  if (!value) return std::nullopt;
  if (!value->is_number_integer() || (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX)) {
    wrong(field, "a whole number");
  }
  return value->get<std::int64_t>();
}

std::optional<std::vector<std::int64_t>> BodyReader::optional_numbers(const std::string& field) {
  const Json* value = find(field);
  if (!value) return std::nullopt;
  if (!value->is_array()) wrong(field, "a list of whole numbers");
  std::vector<std::int64_t> numbers;
  for (const Json& one : *value) {
    if (!one.is_number_integer()) wrong(field, "a list of whole numbers");
    numbers.push_back(one.get<std::int64_t>());
  }
  return numbers;
}

std::optional<Json> BodyReader::optional_json(const std::string& field) {
  const Json* value = find(field);
  return value ? std::optional(*value) : std::nullopt;
}

Json BodyReader::json(const std::string& field) {
  auto value = optional_json(field);
  if (!value) missing(field);
  return std::move(*value);
}

void BodyReader::done() const {
  for (const auto& [name, value] : object_.items()) {
    if (!known_.contains(name)) throw Problem(422, "unknown_field", std::format("'{}' is not known here", name), name);
  }
}

}  // namespace vigil::server
