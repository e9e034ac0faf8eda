// Url: the parts of an address, taken apart by the library that will open it, so that both read it alike.
//
//   auto url = parse_url("https://push.example:8443/v1/abc");
//   url->origin();   // "https://push.example:8443"
//
// Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace vigil::alerts {

struct Url {
  std::string scheme;  // lower case
  std::string host;    // IPv6 in brackets
  std::string port;    // empty: the scheme's own
  bool has_user = false;

  std::string origin() const;
  std::string peer() const;  // host, with the port where there is one: what messages name, since a path may be a secret
};

// Errors: kInvalidArgument, without the text itself.
core::Result<Url> parse_url(const std::string& text);

}  // namespace vigil::alerts
