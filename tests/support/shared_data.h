// Where the labelled footage for tests lies: the folder `shared` beside the checkout, or $VIGIL_SHARED. It is not part of
// the project; a test that needs it skips, visibly and with the reason, where it is missing.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace vigil::test {

// The path of `relative` inside the shared folder, or nothing when it is not there.
std::optional<std::filesystem::path> shared_data(std::string_view relative);

// The street video of the demo (Debian's opencv-doc), or nothing when it is not there.
std::optional<std::filesystem::path> street_video();

// Public weights that set-up takes from the npm registry, or nothing when they are not there.
std::optional<std::filesystem::path> public_model(std::string_view file);

}  // namespace vigil::test

#define VIGIL_REQUIRE_SHARED(variable, relative)                         \
  const auto variable##_found = ::vigil::test::shared_data(relative);    \
  if (!variable##_found) GTEST_SKIP() << "needs shared data: " relative; \
  const std::filesystem::path& variable = *variable##_found

#define VIGIL_REQUIRE_PUBLIC_MODEL(variable, file)                                                            \
  const auto variable##_found = ::vigil::test::public_model(file);                                            \
  if (!variable##_found) GTEST_SKIP() << "needs public weights, which ./test takes from the registry: " file; \
  const std::filesystem::path& variable = *variable##_found
