#include "support/browser.h"

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "support/make_media.h"

namespace vigil::test {

bool has_browser() { return std::system("command -v chromium node >/dev/null 2>&1") == 0; }

std::string look_at(const std::filesystem::path& page, const std::string& expression, const LookOptions& options) {
  const nlohmann::json seen = nlohmann::json::parse(
      run_program({"env", "TZ=" + options.time_zone, "node", VIGIL_SOURCE_DIR "/tests/support/browse.mjs", page.string(),
                   expression, "", std::to_string(options.width_px)}));
  EXPECT_EQ(seen["problems"], nlohmann::json::array());
  return seen["value"].dump();
}

}  // namespace vigil::test
