#include "server/peers.h"

#include <utility>

namespace vigil::server {

Peers::Entry::Entry(Peers& peers, std::uint16_t port, std::string address) : peers_(peers), port_(port) {
  const std::scoped_lock lock(peers_.mutex_);
  peers_.addresses_[port_] = std::move(address);
}

Peers::Entry::~Entry() {
  const std::scoped_lock lock(peers_.mutex_);
  peers_.addresses_.erase(port_);
}

std::optional<std::string> Peers::address_of(std::uint16_t port) const {
  const std::scoped_lock lock(mutex_);
  const auto found = addresses_.find(port);
  return found == addresses_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace vigil::server
