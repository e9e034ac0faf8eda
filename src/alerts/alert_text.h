// How an alert reads: titles and sentences for people, JSON for programs.
//
//   const std::string title = title_of(alert);               // "Violence at Yard (and 2 more)"
//   const std::string body = body_of(alert, "https://vigil.example");
//
// Names of cameras, rules and zones come from people: what is made here holds no control characters and is valid UTF-8
// whatever they wrote. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "alerts/alert.h"

namespace vigil::alerts {

// Control characters, line ends among them, become spaces.
std::string one_line(std::string_view text);

// At most `bytes`, cut between characters, with an ellipsis where something was cut off. Requires bytes >= 3.
std::string shortened(std::string_view text, std::size_t bytes);

// Lower-case letters, digits and single dashes; what is neither becomes a dash. May be empty.
std::string slug_of(std::string_view name);

std::string title_of(const Alert& alert);
std::string sentence_of(const Alert& alert);

// The page of the event; empty without a link or without the address that people reach this program at.
std::string link_of(const Alert& alert, std::string_view base_url);

// "2026-07-01T12:00:00.250Z"
std::string time_of(const Alert& alert);

// The JSON that programs get; docs/alerts.md describes its members. `test`: a person tries the channel, nothing happened.
std::string body_of(const Alert& alert, std::string_view base_url, bool test = false);

}  // namespace vigil::alerts
