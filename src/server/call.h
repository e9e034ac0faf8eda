// Call: one request as handlers see it: who calls, what of, with what. And Caller: who that is, and what they may see.
//
//   const std::int64_t id = call.number("id");                  // {id} of the route's path
//   const std::string words = call.query("words").value_or("");
//   BodyReader body = call.body();                              // body_reader.h
//
// Plain access to a request; lives as long as it is answered. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <drogon/HttpRequest.h>

#include "archive/accounts.h"
#include "archive/sessions.h"
#include "server/body_reader.h"

namespace vigil::server {

// Nobody is logged in where `user` is empty.
struct Caller {
  std::optional<archive::User> user = {};
  std::optional<archive::Session> session = {};  // of a browser
  bool program = false;                          // by an API token
  std::string credential = {};                   // the cookie's or the program's token
  std::vector<std::int64_t> cameras = {};        // permitted, of those who are no administrators
  std::string address = {};                      // where the request comes from

  bool is_admin() const { return user && user->role == archive::Role::kAdmin; }
  bool is_operator() const { return user && user->role != archive::Role::kViewer; }
  bool may_see(std::int64_t camera) const;
  // Nothing: all. What a search is to be limited to.
  std::optional<std::vector<std::int64_t>> limit() const;
  bool may_see_uploads() const { return is_operator(); }
  std::string name() const { return user ? user->name : std::string(); }
};

class Call {
 public:
  Call(drogon::HttpRequestPtr request, Caller caller, std::map<std::string, std::string> parts)
      : request_(std::move(request)), caller_(std::move(caller)), parts_(std::move(parts)) {}

  const Caller& caller() const { return caller_; }
  // Requires a route that asks for a user.
  const archive::User& user() const { return *caller_.user; }

  // Parts of the path. Throws Problem 404 for what is no number.
  std::int64_t number(const std::string& part) const;
  std::string text(const std::string& part) const { return parts_.at(part); }

  // Of the query string; nothing: absent. Throw Problem 422 for values of another type.
  std::optional<std::string> query(const std::string& name) const;
  std::optional<std::int64_t> query_number(const std::string& name) const;
  std::optional<double> query_real(const std::string& name) const;
  std::optional<bool> query_flag(const std::string& name) const;
  std::optional<archive::WallTime> query_time(const std::string& name) const;

  std::string header(const std::string& name) const { return request_->getHeader(name); }
  std::string_view bytes() const { return request_->body(); }
  BodyReader body() const { return BodyReader::parse(request_->body()); }
  const drogon::HttpRequest& request() const { return *request_; }

 private:
  drogon::HttpRequestPtr request_;
  Caller caller_;
  std::map<std::string, std::string> parts_;
};

}  // namespace vigil::server
