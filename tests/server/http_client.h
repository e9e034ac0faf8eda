// HttpClient: a browser's half of HTTP for tests: cookies are kept, the CSRF token of the last session answer goes along.
//
//   HttpClient client(server.url());
//   const HttpAnswer answer = client.post("/api/v1/session", {{"name", "ann"}, {"password", "…"}});
//   EXPECT_EQ(answer.status, 200);
//
// One thread at a time. Throws std::runtime_error when the server does not answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace vigil::test {

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers = {};  // names in lower case; of several, the last
  std::string body = {};

  nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
  std::string code() const;  // of a Problem; empty: it is none
};

struct HttpRequest {
  std::string method = "GET";
  std::string path = {};
  std::string body = {};
  std::vector<std::string> headers = {};  // "Name: value"
};

class HttpClient {
 public:
  explicit HttpClient(std::string url);

  HttpAnswer send(const HttpRequest& request);

  HttpAnswer get(const std::string& path) { return send({.path = path}); }
  HttpAnswer remove(const std::string& path) { return send({.method = "DELETE", .path = path}); }
  HttpAnswer post(const std::string& path, const nlohmann::json& body) { return with_body("POST", path, body); }
  HttpAnswer put(const std::string& path, const nlohmann::json& body) { return with_body("PUT", path, body); }
  HttpAnswer patch(const std::string& path, const nlohmann::json& body) { return with_body("PATCH", path, body); }

  std::map<std::string, std::string> cookies = {};
  std::string csrf_token = {};  // empty: none is sent
  std::string bearer = {};      // an API token, in place of the cookie
  std::string ca_file = {};     // whom https is to be believed by; empty: the machine's
  std::string from = {};        // the address it calls from; empty: the machine chooses

 private:
  HttpAnswer with_body(const std::string& method, const std::string& path, const nlohmann::json& body);

  std::string url_;
};

}  // namespace vigil::test
