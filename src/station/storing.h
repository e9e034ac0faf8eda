// What the station does where something cannot be stored now, because the disk is full or the database away: the same again,
// after a pause.
//
//   auto id = put_event(archive, record, folder, as);
//   while (!id && may_pass(id.error()) && pause(stop, kTryAgain)) id = put_event(archive, record, folder, as);
//
// Callable from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "archive/archive.h"
#include "core/result.h"
#include "pipeline/stored_event.h"

namespace vigil::station {

inline constexpr auto kTryAgain = std::chrono::seconds(5);

// Whether the same may succeed later.
bool may_pass(const core::Error& error);

// False, and at once, when a stop is requested.
bool pause(std::stop_token stop, std::chrono::milliseconds time);

// pipeline::store_event for an event that an earlier try, perhaps of an earlier station, may have stored already: then it
// stays as it is. Errors: as archive::EventStore::add.
core::Result<std::int64_t> put_event(archive::Archive& archive, const pipeline::EventRecord& record,
                                     const std::filesystem::path& folder, const pipeline::StoreAs& as);

}  // namespace vigil::station
