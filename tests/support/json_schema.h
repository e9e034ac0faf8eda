// A hand check of a JSON document against the part of JSON Schema that docs/*.schema.json use: type, required, properties,
// additionalProperties: false, items, enum, const, minimum, maximum, minItems, maxItems, $ref to #/$defs.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vigil::test {

// One line per violation, naming the place: "/events/0/score: above 1". Empty: valid. A keyword outside the list is a
// violation too, so that a schema cannot ask for what is not checked.
std::vector<std::string> schema_violations(const nlohmann::json& schema, const nlohmann::json& document);

}  // namespace vigil::test
