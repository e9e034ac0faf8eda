// The page of an event, complete in itself: its clip and pictures stand in the page, so that it can be saved, sent and
// printed.
#pragma once

#include <string>

#include "archive/blob_store.h"
#include "archive/events.h"

namespace vigil::server {

inline constexpr const char* kReportFile = "report.html";
// What our own pages with scripts of their own may do: nothing but show what is in them.
inline constexpr const char* kReportPolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self' "
    "data: "
    "blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

// Throws Problem 404 where the event has no page.
std::string complete_report(archive::BlobStore& files, const archive::StoredEvent& event);

}  // namespace vigil::server
