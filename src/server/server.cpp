#include "server/server.h"

#include <netdb.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <format>

#include <drogon/drogon.h>
#include <sys/socket.h>

#include "core/file_descriptor.h"
#include "core/log.h"
#include "server/access.h"
#include "server/alert_desk.h"
#include "server/context.h"
#include "server/door.h"
#include "server/live_sockets.h"
#include "server/log_in_guard.h"
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
constexpr std::size_t kMostConnections = 4000;
constexpr std::size_t kIdleSeconds = 75;
constexpr double kReadyEveryS = 0.02;
constexpr double kBurst = 10;  // seconds' worth of requests

using Address = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

std::string numeric(const std::string& address) { return address == "localhost" ? "127.0.0.1" : address; }

// Null: it is no address.
Address address_of(const std::string& address, int port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(numeric(address).c_str(), std::to_string(port).c_str(), &hints, &found) != 0) found = nullptr;
  return {found, freeaddrinfo};
}

// The port to listen on: the one that is wanted if it is free, or any. Drogon would end the process where it is not.
core::Result<int> free_port(const std::string& address, int wanted) {
  const Address found = address_of(address, wanted);
  if (!found) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("'{}' is no address to listen on, such as 127.0.0.1, 0.0.0.0 or ::", address));
  }
  const core::FileDescriptor probe(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(probe.get(), found->ai_addr, found->ai_addrlen) != 0 || ::listen(probe.get(), 1) != 0) {
    return core::fail(core::ErrorCode::kIo, std::format("cannot listen on {} port {}: {}; choose another one with --port",
                                                        address, wanted, std::strerror(errno)));
  }
  if (wanted != 0) return wanted;
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&bound), &length);
  return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port
                                           : reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
}

// Whether somebody listens there by now.
bool answers(const std::string& address, int port) {
  const Address found = address_of(address, port);
  const core::FileDescriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(socket.get(), found->ai_addr, found->ai_addrlen) == 0;
}

std::string url_of(const ServerOptions& options, int port) {
  const bool everywhere = options.address == "0.0.0.0" || options.address == "::";
  const std::string host = everywhere ? "127.0.0.1" : options.address;
  return std::format("{}://{}:{}", options.tls() ? "https" : "http", host.contains(':') ? "[" + host + "]" : host, port);
}

}  // namespace

struct Server::Impl {
  Impl(ServerOptions given, archive::Archive& archive, station::Station& the_station)
      : options(std::move(given)),
        station(the_station),
        setup(archive.accounts()),
        desk(archive, station),
        context{.archive = archive, .station = station, .options = options, .setup = setup, .guard = guard, .alerts = desk},
        access(archive, {.burst = kBurst * options.requests_per_second, .per_second = options.requests_per_second}),
        pool({.threads = static_cast<std::size_t>(options.workers)}),
        ui(options.web),
        door(routes, access, pool, ui, options.tls() || options.public_url.starts_with("https:")) {
    add_routes(routes, context);
  }

  void configure(drogon::HttpAppFramework& app, int port);

  ServerOptions options;
  station::Station& station;
  SetupLink setup;
  LogInGuard guard;
  AlertDesk desk;
  Context context;
  Routes routes;
  AccessControl access;
  WorkerPool pool;
  StaticFiles ui;
  Door door;
};

void Server::Impl::configure(drogon::HttpAppFramework& app, int port) {
  const std::filesystem::path waiting = options.data / "waiting";
  std::error_code ignored;
  std::filesystem::create_directories(waiting, ignored);
  app.setUploadPath(waiting.string())
      .setThreadNum(static_cast<std::size_t>(options.threads))
      .setClientMaxBodySize(kLargestRequest)
      .setClientMaxMemoryBodySize(kLargestInMemory)
      .setClientMaxWebSocketMessageSize(kLargestMessage)
      .setMaxConnectionNum(kMostConnections)
      .setIdleConnectionTimeout(kIdleSeconds)
      .setLogLevel(trantor::Logger::kWarn)
      .setDocumentRoot(waiting.string())  // nothing is served from there: the door answers before
      .enableServerHeader(false)
      .disableSigtermHandling()
      .disableSession();
  app.addListener(numeric(options.address), static_cast<std::uint16_t>(port), options.tls(), options.certificate.string(),
                  options.key.string());
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
  const auto port = free_port(impl_->options.address, impl_->options.port);
  if (!port) return std::unexpected(port.error());
  const std::string& public_url = impl_->options.public_url;
  if (auto begun = impl_->desk.start(public_url.empty() ? url_of(impl_->options, *port) : public_url); !begun) return begun;
  drogon::HttpAppFramework& app = drogon::app();
  // It would listen without TLS, and only log that it cannot.
  if (impl_->options.tls() && !app.supportSSL()) {
    return core::fail(
        core::ErrorCode::kUnsupported,
        "this machine's Drogon was built without TLS: put a proxy that speaks TLS before the server, and leave "
        "certificate and key out");
  }
  impl_->configure(app, *port);
  const auto sockets = std::make_shared<LiveSockets>(impl_->station, impl_->access, impl_->pool);
  app.registerController(sockets);
  trantor::TimerId told_by = trantor::InvalidTimerId;
  const auto tell = [&] {
    ServerAddress at{.url = url_of(impl_->options, *port), .setup_link = {}};
    if (const auto token = impl_->setup.token()) at.setup_link = std::format("{}/setup#token={}", at.url, *token);
    ready(at);
  };
  app.registerBeginningAdvice([&] {
    sockets->watch_over(*app.getLoop());
    // It listens a moment after it has begun, on other threads.
    told_by = app.getLoop()->runEvery(kReadyEveryS, [&] {
      if (!answers(impl_->options.address, *port)) return;
      app.getLoop()->invalidateTimer(told_by);
      tell();
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
