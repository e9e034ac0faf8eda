// Peers: who stands behind each connection that the gateway hands on: the caller's own address, by the port of this machine
// that the gateway speaks from.
//
//   const Peers::Entry entry(peers, port, "192.0.2.7");        // as long as the connection lasts
//   peers.address_of(port).value_or("127.0.0.1");
//
// Callable from any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace vigil::server {

class Peers {
 public:
  class Entry {
   public:
    // `peers` outlives the entry.
    Entry(Peers& peers, std::uint16_t port, std::string address);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    Peers& peers_;
    const std::uint16_t port_;
  };

  // Nothing: no connection of the gateway.
  std::optional<std::string> address_of(std::uint16_t port) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::uint16_t, std::string> addresses_;
};

}  // namespace vigil::server
