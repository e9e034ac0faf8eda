// Which addresses of the network are out in the internet.
//
//   is_public_address("10.0.0.8");          // false
//   is_public_address("::ffff:127.0.0.1");  // false: what an address wraps counts
//
// Where a browser says where to send to, nothing may be reached that only this machine can reach. Pure.
#pragma once

#include <string>

namespace vigil::alerts {

// False for loopback, private, link-local, shared, multicast and reserved addresses of IPv4 and IPv6, and for what is none.
bool is_public_address(const std::string& address);

}  // namespace vigil::alerts
