// event.json of the repository: a StoredEvent as text, and back. Its id is not in it: rows that are made anew get new ones.
#pragma once

#include <string>
#include <string_view>

#include "archive/events.h"
#include "core/result.h"

namespace vigil::archive {

std::string to_manifest(const StoredEvent& event);

// Errors: kUnreadable, naming what is wrong.
core::Result<StoredEvent> from_manifest(std::string_view text);

}  // namespace vigil::archive
