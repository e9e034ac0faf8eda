// LiveLines: what is told on a LiveFeed's data channel, as docs/live.md describes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "archive/wall_time.h"
#include "core/event.h"
#include "core/people.h"

namespace vigil::station {

std::string scene_line(int width_px, int height_px);
std::string people_line(const core::FramePeople& frame, archive::WallTime shown);
std::string score_line(const core::ScoredWindow& window, bool violent);
std::string event_line(const core::Event& event, bool begun, std::optional<std::int64_t> id);

// Of the video channel.
std::string refused_line(std::string_view reason);
std::string gone_line(std::string_view reason);

}  // namespace vigil::station
