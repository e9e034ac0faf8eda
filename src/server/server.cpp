#include "server/server.h"

#include <algorithm>
#include <filesystem>
#include <format>
#include <vector>

#include <drogon/drogon.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/file_descriptor.h"
#include "core/log.h"
#include "server/access.h"
#include "server/alert_desk.h"
#include "server/context.h"
#include "server/door.h"
#include "server/gateway.h"
#include "server/give_way.h"
#include "server/live_sockets.h"
#include "server/log_in_guard.h"
#include "server/peers.h"
#include "server/response.h"
#include "server/routes.h"
#include "server/setup_link.h"
#include "server/static_files.h"
#include "server/worker_pool.h"

namespace vigil::server {
namespace {

constexpr std::size_t kLargestRequest = 16 << 20;  // bytes: a piece of an upload
constexpr std::size_t kLargestInMemory = 1 << 20;  // beyond it waits on the disk
constexpr std::size_t kLargestMessage = 64 << 10;  // of a socket
constexpr std::size_t kIdleSeconds = 75;
constexpr double kOpenEveryS = 0.02;
constexpr double kBurst = 10;  // seconds' worth of requests

std::string url_of(const ServerOptions& options, int port) {
  const bool everywhere = options.address == "0.0.0.0" || options.address == "::";
  const std::string host = everywhere ? "127.0.0.1" : options.address;
  return std::format("{}://{}:{}", options.tls() ? "https" : "http", host.contains(':') ? "[" + host + "]" : host, port);
}

bool listens(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const core::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// One for each thread that talks to clients; empty: they do not all listen yet.
std::vector<std::uint16_t> listening_ports(const drogon::HttpAppFramework& app) {
  std::vector<std::uint16_t> ports;
  for (const trantor::InetAddress& listener : app.getListeners()) ports.push_back(listener.toPort());
  return std::ranges::all_of(ports, listens) ? ports : std::vector<std::uint16_t>();
}

}  // namespace

struct Server::Impl {
  Impl(ServerOptions given, archive::Archive& archive, station::Station& the_station)
      : options(std::move(given)),
        station(the_station),
        setup(archive.accounts()),
        desk(archive, station),
        context{.archive = archive, .station = station, .options = options, .setup = setup, .guard = guard, .alerts = desk},
        access(archive, peers, options.proxy,
               {.burst = kBurst * options.requests_per_second, .per_second = options.requests_per_second}),
        pool({.threads = static_cast<std::size_t>(options.workers)}),
        ui(options.web),
        door(routes, access, pool, ui, options.tls() || options.public_url.starts_with("https:")) {
    add_routes(routes, context);
  }

  void configure(drogon::HttpAppFramework& app);

  ServerOptions options;
  station::Station& station;
  SetupLink setup;
  LogInGuard guard;
  AlertDesk desk;
  Context context;
  Routes routes;
  Peers peers;
  AccessControl access;
  WorkerPool pool;
  StaticFiles ui;
  Door door;
};

void Server::Impl::configure(drogon::HttpAppFramework& app) {
  const std::filesystem::path waiting = options.data / "waiting";
  std::error_code ignored;
  std::filesystem::create_directories(waiting, ignored);
  app.setUploadPath(waiting.string())
      .setThreadNum(static_cast<std::size_t>(options.threads))
      .setClientMaxBodySize(kLargestRequest)
      .setClientMaxMemoryBodySize(kLargestInMemory)
      .setClientMaxWebSocketMessageSize(kLargestMessage)
      .setMaxConnectionNum(Gateway::kMostConnections)
      .setIdleConnectionTimeout(kIdleSeconds)
      .setLogLevel(trantor::Logger::kWarn)
      .setDocumentRoot(waiting.string())  // nothing is served from there: the door answers before
      .enableServerHeader(false)
      .disableSigtermHandling()
      .disableSession();
  app.addListener("127.0.0.1", 0);  // the gateway alone comes there
  door.attach(app);
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

core::Result<std::unique_ptr<Server>> Server::create(ServerOptions options, archive::Archive& archive,
                                                     station::Station& station) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  return std::unique_ptr<Server>(new Server(std::make_unique<Impl>(std::move(options), archive, station)));
}

core::Status Server::run(std::stop_token stop, const std::function<void(const ServerAddress&)>& ready) {
  const auto opened = Gateway::open(impl_->options, impl_->peers);
  if (!opened) return std::unexpected(opened.error());
  Gateway& gateway = **opened;
  const std::string own_url = url_of(impl_->options, gateway.port());
  const std::string& public_url = impl_->options.public_url;
  if (auto begun = impl_->desk.start(public_url.empty() ? own_url : public_url); !begun) return begun;
  drogon::HttpAppFramework& app = drogon::app();
  impl_->configure(app);
  const auto sockets = std::make_shared<LiveSockets>(impl_->station, impl_->access, impl_->pool);
  app.registerController(sockets);
  trantor::TimerId opening = trantor::InvalidTimerId;
  app.registerBeginningAdvice([&] {
    sockets->watch_over(*app.getLoop());
    for (std::size_t i = 0; i < app.getThreadNum(); ++i) app.getIOLoop(i)->queueInLoop(give_way);
    // Drogon listens a moment after it has begun, on other threads.
    opening = app.getLoop()->runEvery(kOpenEveryS, [&] {
      const auto ports = listening_ports(app);
      if (ports.empty()) return;
      app.getLoop()->invalidateTimer(opening);
      gateway.serve(ports);
      ServerAddress at{.url = own_url, .setup_link = {}};
      if (const auto token = impl_->setup.token()) at.setup_link = std::format("{}/setup#token={}", at.url, *token);
      ready(at);
    });
  });
  const std::stop_callback quit(stop, [&app] { app.getLoop()->queueInLoop([&app] { app.quit(); }); });
  app.run();
  sockets->close_all();
  return {};
}

std::string Server::routes_json() const {
  Json all = Json::array();
  for (const Route& route : impl_->routes.all()) {
    all.push_back({{"method", to_string(route.method)},
                   {"path", route.path},
                   {"access", to_string(route.access)},
                   {"camera", to_string(route.camera)},
                   {"outside_api", route.outside_api}});
  }
  return all.dump(1);
}

}  // namespace vigil::server
