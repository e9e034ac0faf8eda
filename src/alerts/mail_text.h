// What a mail says, and how it says it in headers. Pure functions; no text of others gets a line end into a header.
#pragma once

#include <string>
#include <string_view>

#include "alerts/alert.h"

namespace vigil::alerts {

// A header's value: as it is where it is plain ASCII, else as encoded words (RFC 2047) on lines of their own.
std::string header_text(std::string_view text);

// "Wed, 01 Jul 2026 12:00:00 +0000"
std::string mail_date(AlertTime time);

std::string mail_plain(const Alert& alert, std::string_view base_url);
std::string mail_html(const Alert& alert, std::string_view base_url);

}  // namespace vigil::alerts
