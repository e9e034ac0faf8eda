// The schema of the repository, as the steps that led to it. A step that was ever released is never changed: a new one
// follows it.
//
// Words in braces are the dialect's own: {identity} a key that the database gives, {bytes}, {json}, {double}. Moments are
// microseconds UTC; names end in _us.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "archive/database.h"

namespace vigil::archive {

struct SchemaStatement {
  std::string_view sql;
  std::optional<Dialect> only = std::nullopt;  // nothing: both
};

using SchemaStep = std::vector<SchemaStatement>;

const std::vector<SchemaStep>& schema_steps();

}  // namespace vigil::archive
