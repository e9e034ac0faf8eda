// Gateway: the server's public address. Takes connections, with TLS where there is a certificate (Debian builds Drogon
// without), hands their bytes to Drogon on this machine's loopback, and says whose they are. For programs that speak no
// WebSocket it makes MJPEG of a camera's pictures, since Drogon 1.9 cannot push a response.
//
//   auto gateway = Gateway::open(options, peers);      // listens; nobody is answered yet
//   (*gateway)->serve(drogons_ports);                  // on a thread of its own, until the object ends
//
// open() and serve() by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/result.h"
#include "server/peers.h"
#include "server/server_options.h"

namespace vigil::server {

class Gateway {
 public:
  static constexpr std::size_t kMostConnections = 4000;  // or as the limit of open files allows; more are closed at once

  // `peers` outlives the gateway. Errors: kInvalidArgument (no address, no certificate), kIo (the port is taken).
  static core::Result<std::unique_ptr<Gateway>> open(const ServerOptions& options, Peers& peers);
  ~Gateway();

  int port() const;

  // Requires that Drogon listens on 127.0.0.1 at those ports, each of which one of its threads serves.
  void serve(const std::vector<std::uint16_t>& ports);

 private:
  struct Impl;
  explicit Gateway(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::server
