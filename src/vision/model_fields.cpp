#include "vision/model_fields.h"

#include <charconv>
#include <format>

namespace vigil::vision {

using core::ErrorCode;
using core::fail;
using core::Result;

core::Status require_kind(const ModelFields& fields, const std::string& kind, const std::string& thing) {
  const auto found = fields.find(kKindField);
  if (found != fields.end() && found->second == kind) return {};
  return fail(ErrorCode::kUnreadable, std::format("holds no {} (its metadata lacks {} = {})", thing, kKindField, kind));
}

Result<std::string> text_field(const ModelFields& fields, const std::string& key) {
  const auto found = fields.find(key);
  if (found == fields.end() || found->second.empty()) {
    return fail(ErrorCode::kUnreadable, std::format("the metadata lacks the field '{}'", key));
  }
  return found->second;
}

Result<int> number_field(const ModelFields& fields, const std::string& key, const NumberRange& range) {
  const auto text = text_field(fields, key);
  if (!text) return std::unexpected(text.error());
  int value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  const bool is_number = error == std::errc{} && end == text->data() + text->size();
  if (!is_number || value < 1 || value > range.most || value % range.multiple != 0) {
    return fail(ErrorCode::kUnreadable, std::format("the metadata field '{}' = '{}' must be 1 to {} and a multiple of {}",
                                                    key, *text, range.most, range.multiple));
  }
  return value;
}

}  // namespace vigil::vision
