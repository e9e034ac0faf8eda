// How a search over events becomes SQL that reads few more rows than a page shows, however many there are. Used only inside
// this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <soci/soci.h>

#include "archive/database.h"
#include "archive/events.h"
#include "archive/query.h"
#include "archive/wall_time.h"

namespace vigil::archive {

// Events are ordered by their begin; those of one microsecond, at most so many, by when they were kept.
inline constexpr std::int64_t kPerMicrosecond = 1024;

// The first order key of events that begin then. Times that no key can hold, before the year 1684 and after 2255, have the
// key of the nearest that one can.
std::int64_t order_key(WallTime begin);

// The key that a page ended with; nothing: the text is no such key.
std::optional<std::int64_t> cursor_of(std::string_view text);

// One event more than `search` asks for, so that it is known whether there are more: `columns` of "events e", then the order
// key. Nothing: there is no word in search.words, although it is not blank. May ask the database what is rare.
std::optional<Query> page_query(soci::session& sql, Dialect dialect, std::string_view columns, const EventSearch& search,
                                const std::optional<std::int64_t>& after);

// From, until, cameras and uploads of `search`, as conditions on "events e".
void add_time_and_place(Query& query, const EventSearch& search);

}  // namespace vigil::archive
