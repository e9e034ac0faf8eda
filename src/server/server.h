// Server: the door for browsers and programs: REST under /api/v1 (openapi.json), live sockets (docs/live.md), the UI's
// files, /healthz and /metrics. Drogon carries it; nothing else of it is seen outside of this room.
//
//   auto server = Server::create(options, archive, station);
//   (*server)->run(stop, [](const ServerAddress& at) { print(at.url); });      // blocks until `stop`
//
// One server in a process. run() belongs to one thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "station/station.h"

#include "archive/archive.h"
#include "core/result.h"
#include "server/server_options.h"

namespace vigil::server {

struct ServerAddress {
  std::string url;                        // "http://127.0.0.1:8080"
  std::optional<std::string> setup_link;  // with which the administrator is made; nothing: there is one
};

class Server {
 public:
  // `archive` and `station` outlive the server. Errors: kInvalidArgument (options), kIo.
  static core::Result<std::unique_ptr<Server>> create(ServerOptions options, archive::Archive& archive,
                                                      station::Station& station);
  ~Server();

  // `ready` is called once it listens. Errors: kIo (the address is taken, or not this machine's).
  core::Status run(std::stop_token stop, const std::function<void(const ServerAddress&)>& ready);

  // Every route as JSON: [{"method", "path", "access", "camera", "outside_api"}]; what tests compare with openapi.json.
  std::string routes_json() const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::server
