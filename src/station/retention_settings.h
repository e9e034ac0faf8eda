// The rules of retention as the repository's settings keep them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "archive/retention.h"
#include "archive/settings.h"

namespace vigil::station {

// [{"footage": "recordings", "camera_id": 3, "days": 14, "bytes": 100000000000}]. Errors: kInvalidArgument.
core::Result<std::vector<archive::RetentionRule>> read_retention(std::string_view json);
std::string to_json(const std::vector<archive::RetentionRule>& rules);

// Errors: kIo, kTimedOut. Nothing set: nothing goes but for the reserve of the disk.
core::Result<std::vector<archive::RetentionRule>> load_retention(archive::Settings& settings);
core::Status save_retention(archive::Settings& settings, const std::vector<archive::RetentionRule>& rules);

}  // namespace vigil::station
