#include "server/socket_client.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <format>
#include <utility>

#include <curl/curl.h>

namespace vigil::test {

struct SocketClient::Connection {
  CURL* curl = curl_easy_init();
  curl_slist* headers = nullptr;
  ~Connection() {
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
  }
};

SocketClient::SocketClient(const std::string& url, const std::string& path, const HttpClient& client,
                           const std::vector<std::string>& headers)
    : connection_(std::make_unique<Connection>()) {
  const std::string address = "ws" + url.substr(4) + path;
  std::string jar;
  for (const auto& [name, value] : client.cookies) jar += std::format("{}={}; ", name, value);
  for (const std::string& header : headers) connection_->headers = curl_slist_append(connection_->headers, header.c_str());
  curl_easy_setopt(connection_->curl, CURLOPT_URL, address.c_str());
  if (!client.ca_file.empty()) curl_easy_setopt(connection_->curl, CURLOPT_CAINFO, client.ca_file.c_str());
  curl_easy_setopt(connection_->curl, CURLOPT_CONNECT_ONLY, 2L);
  curl_easy_setopt(connection_->curl, CURLOPT_HTTPHEADER, connection_->headers);
  if (!jar.empty()) curl_easy_setopt(connection_->curl, CURLOPT_COOKIE, jar.c_str());
  curl_easy_perform(connection_->curl);
  long status = 0;
  curl_easy_getinfo(connection_->curl, CURLINFO_RESPONSE_CODE, &status);
  status_ = static_cast<int>(status);
}

SocketClient::~SocketClient() = default;

std::optional<SocketMessage> SocketClient::next(std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  curl_socket_t number = CURL_SOCKET_BAD;
  curl_easy_getinfo(connection_->curl, CURLINFO_ACTIVESOCKET, &number);
  std::array<char, 65536> piece{};
  while (!closed_) {
    std::size_t got = 0;
    const curl_ws_frame* frame = nullptr;
    const CURLcode code = curl_ws_recv(connection_->curl, piece.data(), piece.size(), &got, &frame);
    if (code == CURLE_AGAIN) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      if (left.count() <= 0) return std::nullopt;
      pollfd wait{.fd = number, .events = POLLIN, .revents = 0};
      ::poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 200)));
      continue;
    }
    if (code != CURLE_OK || (frame->flags & CURLWS_CLOSE)) {
      closed_ = true;
      return std::nullopt;
    }
    if ((frame->flags & (CURLWS_TEXT | CURLWS_BINARY)) == 0) continue;
    partial_.binary = (frame->flags & CURLWS_BINARY) != 0;
    partial_.bytes.append(piece.data(), got);
    if (frame->bytesleft == 0 && (frame->flags & CURLWS_CONT) == 0) return std::exchange(partial_, {});
  }
  return std::nullopt;
}

void SocketClient::send(const std::string& text) {
  std::size_t sent = 0;
  curl_ws_send(connection_->curl, text.data(), text.size(), &sent, 0, CURLWS_TEXT);
}

}  // namespace vigil::test
