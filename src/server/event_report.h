// The page of an event: the figures that were stored with it, made a page anew with what people said since: notes, the
// caption, who is left out as "not this person".
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

// Both throw Problem 404 where the event has no page. The first one names its clip and pictures by their files; in the
// second they stand in the page itself, so that it can be saved, sent and printed.
std::string event_report(archive::BlobStore& files, const archive::StoredEvent& event);
std::string complete_report(archive::BlobStore& files, const archive::StoredEvent& event);

}  // namespace vigil::server
