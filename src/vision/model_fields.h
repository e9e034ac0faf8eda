// Fields of a weights file's metadata, not trusted: what the loaders of models (vision/detector_model.h,
// vision/openpose_model.h) read them with. Free of torch.
//
//   const auto width = number_field(metadata, "input.width_px", {.most = 4096, .multiple = 32});
//
// Pure; any thread.
#pragma once

#include <map>
#include <string>

#include "core/result.h"

namespace vigil::vision {

using ModelFields = std::map<std::string, std::string>;

// Under which a weights file says what it holds.
inline constexpr const char* kKindField = "vigil";

// Whether the file holds `kind`, "detector". Errors: kUnreadable, naming `thing`, "detector", and the field.
core::Status require_kind(const ModelFields& fields, const std::string& kind, const std::string& thing);

// Errors: kUnreadable (missing or empty), naming the field.
core::Result<std::string> text_field(const ModelFields& fields, const std::string& key);

struct NumberRange {
  int most = 0;  // from 1 up to this
  int multiple = 1;
};

// Errors: kUnreadable (missing, no number, out of range), naming field, value and range.
core::Result<int> number_field(const ModelFields& fields, const std::string& key, const NumberRange& range);

}  // namespace vigil::vision
