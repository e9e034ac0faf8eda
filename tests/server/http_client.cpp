#include "server/http_client.h"

#include <algorithm>
#include <cctype>
#include <format>
#include <memory>
#include <stdexcept>

#include <curl/curl.h>

namespace vigil::test {
namespace {

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(bytes, size * count);
  return size * count;
}

std::string trimmed(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin);
}

}  // namespace

std::string HttpAnswer::code() const {
  const nlohmann::json problem = json();
  return problem.is_object() ? problem.value("code", "") : "";
}

HttpClient::HttpClient(std::string url) : url_(std::move(url)) {}

HttpAnswer HttpClient::with_body(const std::string& method, const std::string& path, const nlohmann::json& body) {
  return send({.method = method, .path = path, .body = body.dump(), .headers = {"Content-Type: application/json"}});
}

HttpAnswer HttpClient::send(const HttpRequest& request) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  HttpAnswer answer;
  std::string head;
  const std::string url = url_ + request.path;
  curl_slist* list = nullptr;
  for (const std::string& header : request.headers) list = curl_slist_append(list, header.c_str());
  if (!csrf_token.empty()) list = curl_slist_append(list, ("X-CSRF-Token: " + csrf_token).c_str());
  if (!bearer.empty()) list = curl_slist_append(list, ("Authorization: Bearer " + bearer).c_str());
  list = curl_slist_append(list, "Expect:");
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list, curl_slist_free_all);
  std::string jar;
  for (const auto& [name, value] : cookies) jar += std::format("{}={}; ", name, value);
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  if (!ca_file.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca_file.c_str());
  if (!from.empty()) curl_easy_setopt(curl.get(), CURLOPT_INTERFACE, ("host!" + from).c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "HEAD") curl_easy_setopt(curl.get(), CURLOPT_NOBODY, 1L);
  if (!request.body.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  } else if (request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, "");
  }
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  if (!jar.empty()) curl_easy_setopt(curl.get(), CURLOPT_COOKIE, jar.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &head);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 60L);
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    throw std::runtime_error(std::format("{} {}: {}", request.method, url, curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  for (std::size_t at = 0; at < head.size();) {
    const std::size_t end = std::min(head.find('\n', at), head.size());
    const std::string line = head.substr(at, end - at);
    at = end + 1;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string value = trimmed(line.substr(colon + 1));
    if (name == "set-cookie") {
      const std::size_t equal = value.find('='), stop = value.find(';');
      const std::string token = value.substr(equal + 1, stop - equal - 1);
      if (token.empty()) cookies.erase(value.substr(0, equal));
      if (!token.empty()) cookies[value.substr(0, equal)] = token;
    }
    answer.headers[name] = value;
  }
  const nlohmann::json session = answer.json();
  if (session.is_object() && session.contains("csrf_token")) csrf_token = session["csrf_token"];
  return answer;
}

}  // namespace vigil::test
