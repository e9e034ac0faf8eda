// The API's description, openapi.json, as it stands in the program.
#pragma once

#include <string_view>

namespace vigil::server {

std::string_view openapi();

}  // namespace vigil::server
