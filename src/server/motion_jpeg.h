// MJPEG over plain HTTP, for programs that speak no WebSocket: GET /api/v1/cameras/{id}/mjpeg becomes the socket
// live/pictures of docs/live.md towards Drogon, so that who may see what is decided there, and its pictures become the parts
// of one response, multipart/x-mixed-replace. A program that reads slowly gets fewer pictures, always the newest.
//
//   if (const auto asked = motion_jpeg_request(head)) co_await send_motion_jpeg(client, *asked, std::move(server));
//
// `Stream` is beast::tcp_stream, or that within TLS.
#pragma once

#include <optional>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

namespace vigil::server {

using HeadOnly = boost::beast::http::request<boost::beast::http::empty_body>;

// Nothing: the head is of another request, or not whole.
std::optional<HeadOnly> motion_jpeg_request(std::string_view head);

// Until the client or the server is gone. `server` is connected to Drogon. Throws boost::system::system_error.
template <typename Stream>
boost::asio::awaitable<void> send_motion_jpeg(Stream& client, const HeadOnly& asked, boost::asio::ip::tcp::socket server);

}  // namespace vigil::server
