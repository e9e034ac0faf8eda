// Looks at a page of this project in a real browser, through browse.mjs.
//
//   VIGIL_REQUIRE_BROWSER();
//   EXPECT_EQ(test::look_at(dir / "report.html", "document.title"), "\"street.mp4 · Vigil\"");
#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace vigil::test {

// Whether the programs chromium and node are there.
bool has_browser();

struct LookOptions {
  int width_px = 1280;
  std::string time_zone = "UTC";  // as "Europe/Berlin"
};

// Opens the page and gives the value of the expression as JSON; it may be a promise, and may call cdp() (browse.mjs).
// Whatever the page complains of or asks the network for fails the test. Throws std::runtime_error when the page cannot be
// opened or the expression throws.
std::string look_at(const std::filesystem::path& page, const std::string& expression, const LookOptions& options = {});

}  // namespace vigil::test

#define VIGIL_REQUIRE_BROWSER() \
  if (!vigil::test::has_browser()) GTEST_SKIP() << "needs the programs chromium and node"
