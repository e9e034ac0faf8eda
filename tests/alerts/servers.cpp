#include "servers.h"

#include <cstdlib>
#include <format>
#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

namespace vigil::alerts {
namespace {

using Json = nlohmann::json;

std::string from_base64(const std::string& text) {
  std::string bytes(text.size() / 4 * 3, '\0');
  if (text.empty()) return bytes;
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  for (std::size_t i = text.size(); i > 0 && text[i - 1] == '='; --i) bytes.pop_back();
  return bytes;
}

std::vector<std::string> words(std::initializer_list<std::string> all) {
  std::vector<std::string> given;
  for (const std::string& word : all) {
    if (!word.empty()) given.push_back(word);
  }
  return given;
}

}  // namespace

std::string make_certificate(const test::TempDir& dir) {
  const std::string file = (dir / "certificate.pem").string();
  const std::string line = std::format(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test "
      "-addext subjectAltName=IP:127.0.0.1 -keyout '{0}.key' -out '{0}' 2>/dev/null && cat '{0}.key' >>'{0}'",
      file);
  if (std::system(line.c_str()) != 0) throw std::runtime_error(line);
  return file;
}

WebhookServer::WebhookServer(const std::string& certificate)
    : encrypted_(!certificate.empty()), server_("webhook_server.py", words({dir_.path().string(), certificate})) {}

std::string WebhookServer::url(const std::string& path) const {
  return std::format("{}://127.0.0.1:{}/{}", encrypted_ ? "https" : "http", server_.port(), path);
}

std::vector<PostedRequest> WebhookServer::requests() const {
  std::vector<PostedRequest> requests;
  std::ifstream file(dir_ / "requests.jsonl");
  for (std::string line; std::getline(file, line) && !file.eof();) {  // a line without its end is still being written
    const Json json = Json::parse(line);
    requests.push_back({.path = json.at("path"), .headers = json.at("headers"), .body = from_base64(json.at("body"))});
  }
  return requests;
}

std::size_t WebhookServer::count(const std::string& path) const {
  std::size_t count = 0;
  for (const PostedRequest& request : requests()) count += request.path == "/" + path;
  return count;
}

MailServer::MailServer() : server_("mail_server.py", {dir_.path().string()}) {}

MailServer::MailServer(const MailLogin& login)
    : server_("mail_server.py", {dir_.path().string(), login.certificate, login.user, login.password}) {}

std::string MailServer::url() const { return std::format("smtp://127.0.0.1:{}", server_.port()); }

std::vector<ReceivedMail> MailServer::mails() const {
  std::vector<ReceivedMail> mails;
  for (int i = 1;; ++i) {
    std::ifstream file(dir_ / std::format("{}.json", i));
    if (!file) return mails;
    const Json json = Json::parse(file);
    ReceivedMail mail{
        .from = json.at("from"), .to = json.at("to"), .subject = json.at("subject"), .headers = {}, .parts = {}};
    for (const Json& header : json.at("headers")) mail.headers.emplace_back(header.at(0), header.at(1));
    for (const Json& part : json.at("parts")) {
      mail.parts[part.at("type")] =
          part.contains("text") ? part.at("text").get<std::string>() : from_base64(part.at("base64"));
    }
    mails.push_back(mail);
  }
}

Broker::Broker() : server_("mqtt_broker.py", {dir_.path().string()}) {}
Broker::Broker(const std::string& user, const std::string& password)
    : server_("mqtt_broker.py", {dir_.path().string(), user, password}) {}

}  // namespace vigil::alerts
