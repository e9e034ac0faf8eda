#include "server/gateway.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <format>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/detect_ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include "core/log.h"
#include "server/give_way.h"
#include "server/motion_jpeg.h"
#include "server/tls_certificate.h"

namespace vigil::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using namespace asio::experimental::awaitable_operators;

constexpr auto kGreeting = std::chrono::seconds(30);  // for the handshake and the first request's head
constexpr auto kFarewell = std::chrono::seconds(2);
constexpr auto kAfterFailure = std::chrono::milliseconds(100);
constexpr unsigned kSilentMs = 75'000;  // a client that takes nothing for so long is gone
constexpr std::size_t kLargestHead = 16 << 10;
constexpr std::size_t kPiece = 16 << 10;  // bytes that are handed on at a time: a record of TLS

constexpr rlim_t kDescriptorsEach = 3;     // of a connection: the client's, Drogon's, and the gateway's to Drogon
constexpr rlim_t kOtherDescriptors = 512;  // cameras, recordings, database
constexpr std::size_t kFewest = 32;

constexpr auto as_tuple = asio::as_tuple(use_awaitable);

// Raises the process's limit where it may. A flood of connections must leave the cameras theirs.
std::size_t most_connections() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const rlim_t wanted = Gateway::kMostConnections * kDescriptorsEach + kOtherDescriptors;
  if (files.rlim_cur < wanted) {
    files.rlim_cur = std::min(wanted, files.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  const rlim_t left = std::max(files.rlim_cur, kOtherDescriptors) - kOtherDescriptors;
  return std::clamp<std::size_t>(left / kDescriptorsEach, kFewest, Gateway::kMostConnections);
}

std::string address_of(const tcp::socket& socket) {
  error_code gone;
  const asio::ip::address address = socket.remote_endpoint(gone).address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

void prepare(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>(kSilentMs), ignored);
}

// Until one side has no more.
template <typename From, typename To>
awaitable<void> hand_on(From& from, To& to) {
  std::array<char, kPiece> piece;
  while (true) {
    const auto [ended, size] = co_await from.async_read_some(asio::buffer(piece), as_tuple);
    if (ended) co_return;
    const auto [refused, written] = co_await asio::async_write(to, asio::buffer(piece.data(), size), as_tuple);
    if (refused) co_return;
  }
}

// Whoever asks for http:// on the port of https:// is sent there.
awaitable<void> send_to_https(beast::tcp_stream& client, beast::flat_buffer& begun) {
  http::request_parser<http::empty_body> parser;
  co_await http::async_read_header(client, begun, parser, use_awaitable);
  const auto& asked = parser.get();
  http::response<http::empty_body> response(http::status::permanent_redirect, asked.version());
  response.set(http::field::location,
               std::format("https://{}{}", std::string_view(asked[http::field::host]), std::string_view(asked.target())));
  response.keep_alive(false);
  response.prepare_payload();
  co_await http::async_write(client, response, use_awaitable);
}

awaitable<void> say_farewell(beast::tcp_stream& client) {
  error_code ignored;
  client.socket().shutdown(tcp::socket::shutdown_send, ignored);
  co_return;
}

awaitable<void> say_farewell(ssl::stream<beast::tcp_stream>& client) {
  beast::get_lowest_layer(client).expires_after(kFarewell);
  co_await client.async_shutdown(as_tuple);
}

}  // namespace

struct Gateway::Impl {
  explicit Impl(Peers& the_peers) : peers(the_peers) {}

  core::Status listen(const ServerOptions& options);
  awaitable<void> accept_all();
  awaitable<void> greet(tcp::socket socket);
  template <typename Stream>
  awaitable<void> serve(Stream& client, const std::string& caller);

  Peers& peers;
  std::optional<TlsCertificate> certificate;
  const std::size_t most = most_connections();
  std::size_t connections = 0;
  std::vector<tcp::endpoint> upstreams;  // taken in turn
  std::size_t next_upstream = 0;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  std::jthread thread;
};

core::Status Gateway::Impl::listen(const ServerOptions& options) {
  error_code error;
  const auto address = asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, error);
  if (error) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("'{}' is no address to listen on, such as 127.0.0.1, 0.0.0.0 or ::", options.address));
  }
  const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(options.port));
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return {};
  return core::fail(core::ErrorCode::kIo, std::format("cannot listen on {} port {}: {}; choose another one with --port",
                                                      options.address, options.port, error.message()));
}

awaitable<void> Gateway::Impl::accept_all() {
  asio::steady_timer pause(io);
  while (true) {
    auto [error, socket] = co_await acceptor.async_accept(as_tuple);
    if (error) {  // out of descriptors, say: others will end
      pause.expires_after(kAfterFailure);
      co_await pause.async_wait(use_awaitable);
    } else if (connections < most) {
      asio::co_spawn(io, greet(std::move(socket)), asio::detached);
    }
  }
}

awaitable<void> Gateway::Impl::greet(tcp::socket socket) {
  ++connections;
  const std::shared_ptr<void> leaving(nullptr, [this](void*) { --connections; });
  const std::string caller = address_of(socket);
  prepare(socket);
  beast::tcp_stream plain(std::move(socket));
  plain.expires_after(kGreeting);
  try {
    if (!certificate) {
      co_await serve(plain, caller);
      co_return;
    }
    beast::flat_buffer begun;
    const bool encrypted = co_await beast::async_detect_ssl(plain, begun, use_awaitable);
    if (!encrypted) {
      co_await send_to_https(plain, begun);
      co_return;
    }
    const TlsCertificate::Context context = certificate->context();
    ssl::stream<beast::tcp_stream> secure(std::move(plain), *context);
    begun.consume(co_await secure.async_handshake(ssl::stream_base::server, begun.data(), use_awaitable));
    co_await serve(secure, caller);
  } catch (const std::exception& failure) {  // gone, silent, or speaks something else
    core::log_debug("a connection of {} ended: {}", caller, failure.what());
  }
}

template <typename Stream>
awaitable<void> Gateway::Impl::serve(Stream& client, const std::string& caller) {
  std::string begun;
  const auto [error, size] =
      co_await asio::async_read_until(client, asio::dynamic_buffer(begun, kLargestHead), "\r\n\r\n", as_tuple);
  if (error && error != asio::error::not_found) co_return;  // not_found: a large head, which Drogon judges
  beast::get_lowest_layer(client).expires_never();
  tcp::socket server(io);
  co_await server.async_connect(upstreams[next_upstream++ % upstreams.size()], use_awaitable);
  server.set_option(tcp::no_delay(true));
  const Peers::Entry entry(peers, server.local_endpoint().port(), caller);
  if (const auto asked = motion_jpeg_request(begun)) {
    co_await send_motion_jpeg(client, *asked, std::move(server));
  } else {
    co_await asio::async_write(server, asio::buffer(begun), use_awaitable);
    begun = {};
    co_await (hand_on(client, server) || hand_on(server, client));
  }
  co_await say_farewell(client);
}

Gateway::Gateway(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Gateway::~Gateway() { impl_->io.stop(); }

core::Result<std::unique_ptr<Gateway>> Gateway::open(const ServerOptions& options, Peers& peers) {
  auto impl = std::make_unique<Impl>(peers);
  if (options.tls()) {
    auto certificate = TlsCertificate::load(options.certificate, options.key);
    if (!certificate) return std::unexpected(certificate.error());
    impl->certificate = std::move(*certificate);
  }
  if (auto listens = impl->listen(options); !listens) return std::unexpected(listens.error());
  return std::unique_ptr<Gateway>(new Gateway(std::move(impl)));
}

int Gateway::port() const { return impl_->acceptor.local_endpoint().port(); }

void Gateway::serve(const std::vector<std::uint16_t>& ports) {
  for (const std::uint16_t port : ports) impl_->upstreams.emplace_back(asio::ip::address_v4::loopback(), port);
  asio::co_spawn(impl_->io, impl_->accept_all(), asio::detached);
  impl_->thread = std::jthread([this] {
    give_way();
    impl_->io.run();
  });
}

}  // namespace vigil::server
