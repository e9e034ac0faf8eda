// What the tests send to: a web server, a mail server and an MQTT broker, each real, and what they got.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/python_server.h"
#include "support/temp_dir.h"

namespace vigil::alerts {

// A file with a new certificate for 127.0.0.1 and its key; believed by whoever takes it for an authority.
std::string make_certificate(const test::TempDir& dir);

struct PostedRequest {
  std::string path;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class WebhookServer {
 public:
  explicit WebhookServer(const std::string& certificate = "");

  std::string url(const std::string& path) const;
  int port() const { return server_.port(); }
  std::vector<PostedRequest> requests() const;
  std::size_t count(const std::string& path) const;  // of requests

 private:
  test::TempDir dir_;
  bool encrypted_;
  test::PythonServer server_;
};

struct ReceivedMail {
  std::string from;
  std::vector<std::string> to;
  std::string subject;
  std::vector<std::pair<std::string, std::string>> headers;
  std::map<std::string, std::string> parts;  // by type; what is no text as bytes
};

struct MailLogin {
  std::string certificate, user, password;
};

class MailServer {
 public:
  MailServer();
  explicit MailServer(const MailLogin& login);

  std::string url() const;
  std::vector<ReceivedMail> mails() const;

 private:
  test::TempDir dir_;
  test::PythonServer server_;
};

class Broker {
 public:
  Broker();
  Broker(const std::string& user, const std::string& password);

  int port() const { return server_.port(); }
  void kill() { server_.kill(); }
  void start() { server_.start(); }

 private:
  test::TempDir dir_;
  test::PythonServer server_;
};

}  // namespace vigil::alerts
