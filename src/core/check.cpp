#include "core/check.h"

#include <cstdio>
#include <cstdlib>

namespace vigil::core {

void check_failed(std::string_view expression, std::string_view what, std::string_view file, int line) {
  std::fprintf(stderr, "%.*s:%d: CHECK failed: %.*s (%.*s)\n", static_cast<int>(file.size()), file.data(), line,
               static_cast<int>(expression.size()), expression.data(), static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace vigil::core
