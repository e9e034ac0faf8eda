#include "server/motion_jpeg.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <format>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace vigil::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using namespace asio::experimental::awaitable_operators;
using Socket = websocket::stream<tcp::socket>;

constexpr unsigned kHttp11 = 11;
constexpr std::size_t kLargestPicture = 32 << 20;  // bytes
constexpr std::string_view kBoundary = "--picture\r\n";
constexpr auto as_tuple = asio::as_tuple(use_awaitable);

constexpr std::string_view kBefore = "/api/v1/cameras/", kAfter = "/mjpeg";

// The camera's number in the path of such a request; empty: it is another one. Without a regular expression, whose matcher
// in the standard library needs stack for each byte that a stranger sends.
std::string_view camera_in(std::string_view target) {
  std::string_view path = target.substr(0, target.find('?'));
  if (path.size() <= kBefore.size() + kAfter.size() || !path.starts_with(kBefore) || !path.ends_with(kAfter)) return {};
  path = path.substr(kBefore.size(), path.size() - kBefore.size() - kAfter.size());
  return path.find_first_not_of("0123456789") == std::string_view::npos ? path : std::string_view();
}

std::string pictures_of(std::string_view target) {
  const std::size_t query = std::min(target.find('?'), target.size());
  return std::format("{}{}/live/pictures{}", kBefore, camera_in(target), target.substr(query));
}

// What Drogon answered in place of the socket: not logged in, no such camera.
template <typename Stream>
awaitable<void> refuse(Stream& client, const websocket::response_type& answer, bool declined) {
  http::response<http::string_body> response(declined ? answer.result() : http::status::bad_gateway, kHttp11);
  for (const http::field name : {http::field::content_type, http::field::www_authenticate, http::field::cache_control}) {
    if (const auto found = answer.find(name); found != answer.end()) response.set(name, found->value());
  }
  response.body() = answer.body();
  response.keep_alive(false);
  response.prepare_payload();
  co_await http::async_write(client, response, use_awaitable);
}

template <typename Stream>
awaitable<void> send_head(Stream& client) {
  http::response<http::empty_body> response(http::status::ok, kHttp11);
  response.set(http::field::content_type, "multipart/x-mixed-replace; boundary=picture");
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.keep_alive(false);
  http::response_serializer<http::empty_body> serializer(response);
  co_await http::async_write_header(client, serializer, use_awaitable);
}

template <typename Stream>
awaitable<void> send_all(Stream& client, Socket& socket) {
  co_await asio::async_write(client, asio::buffer(kBoundary), use_awaitable);
  for (std::int64_t sent = 0;;) {
    beast::flat_buffer picture;
    co_await socket.async_read(picture, use_awaitable);
    if (!socket.got_binary()) continue;  // the camera is gone; it may come back
    const std::string head = std::format("Content-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", picture.size());
    // The boundary at once: many show a part only when the next one begins.
    const std::array<asio::const_buffer, 4> part{asio::buffer(head), picture.cdata(), asio::buffer("\r\n", 2),
                                                 asio::buffer(kBoundary)};
    co_await asio::async_write(client, part, use_awaitable);
    const std::string ack = std::format("{{\"ack\":{}}}", ++sent);
    co_await socket.async_write(asio::buffer(ack), use_awaitable);
  }
}

// Ends when either side does: an exception would wait for the other one.
template <typename Stream>
awaitable<void> send_pictures(Stream& client, Socket& socket) {
  try {
    co_await send_all(client, socket);
  } catch (const boost::system::system_error&) {
  }
}

// Programs say nothing more on such a connection.
template <typename Stream>
awaitable<void> until_gone(Stream& client) {
  std::array<char, 512> ignored;
  while (true) {
    const auto [gone, size] = co_await client.async_read_some(asio::buffer(ignored), as_tuple);
    if (gone) co_return;
  }
}

}  // namespace

std::optional<HeadOnly> motion_jpeg_request(std::string_view head) {
  http::request_parser<http::empty_body> parser;
  parser.eager(false);
  error_code error;
  parser.put(asio::buffer(head), error);
  if (error || !parser.is_header_done()) return std::nullopt;
  const HeadOnly& request = parser.get();
  if (request.method() != http::verb::get && request.method() != http::verb::head) return std::nullopt;
  if (camera_in(request.target()).empty()) return std::nullopt;
  return parser.release();
}

template <typename Stream>
awaitable<void> send_motion_jpeg(Stream& client, const HeadOnly& asked, tcp::socket server) {
  Socket socket(std::move(server));
  socket.read_message_max(kLargestPicture);
  socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    for (const http::field name : {http::field::cookie, http::field::authorization, http::field::origin}) {
      if (const auto found = asked.find(name); found != asked.end()) request.set(name, found->value());
    }
  }));
  websocket::response_type answer;
  const auto [error] =
      co_await socket.async_handshake(answer, asked[http::field::host], pictures_of(asked.target()), as_tuple);
  if (error) {
    co_await refuse(client, answer, error == websocket::error::upgrade_declined);
    co_return;
  }
  socket.text(true);
  co_await send_head(client);
  if (asked.method() == http::verb::head) co_return;
  co_await (send_pictures(client, socket) || until_gone(client));
}

template awaitable<void> send_motion_jpeg(beast::tcp_stream&, const HeadOnly&, tcp::socket);
template awaitable<void> send_motion_jpeg(asio::ssl::stream<beast::tcp_stream>&, const HeadOnly&, tcp::socket);

}  // namespace vigil::server
