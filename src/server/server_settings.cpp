#include "server/server_settings.h"

#include <algorithm>
#include <array>

#include "server/problem.h"
#include "server/response.h"

namespace vigil::server {
namespace {

constexpr const char* kName = "server";
constexpr std::array<std::string_view, 3> kModes{"off", "approval", "open"};

}  // namespace

std::string_view to_string(SignUp mode) { return kModes[static_cast<std::size_t>(mode)]; }

std::optional<SignUp> sign_up_of(std::string_view text) {
  const auto found = std::ranges::find(kModes, text);
  if (found == kModes.end()) return std::nullopt;
  return static_cast<SignUp>(found - kModes.begin());
}

ServerSettings load_settings(archive::Settings& settings) {
  const auto text = take(settings.get(kName));
  if (!text) return {};
  const Json json = Json::parse(*text);
  return {.sign_up = sign_up_of(json.value("sign_up", "")).value_or(SignUp::kApproval)};
}

void save_settings(archive::Settings& settings, const ServerSettings& wanted) {
  take(settings.set(kName, Json{{"sign_up", to_string(wanted.sign_up)}}.dump()));
}

}  // namespace vigil::server
