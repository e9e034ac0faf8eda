// What is set for all in the UI, and kept in the archive: who may create a profile, how long footage stays.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/retention.h"
#include "archive/settings.h"

namespace vigil::server {

enum class SignUp { kOff, kApproval, kOpen };

std::string_view to_string(SignUp mode);  // "off", "approval", "open"
std::optional<SignUp> sign_up_of(std::string_view text);

struct ServerSettings {
  SignUp sign_up = SignUp::kApproval;
};

// Throw Problem.
ServerSettings load_settings(archive::Settings& settings);
void save_settings(archive::Settings& settings, const ServerSettings& wanted);

}  // namespace vigil::server
