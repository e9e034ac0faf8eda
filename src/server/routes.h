// Routes: every operation of the API: method, path, who may call it, and by what the camera is found whose permission it
// needs. What openapi.json says, as the server does it; a test holds the two together.
//
//   routes.add({.method = Method::kGet, .path = "/events/{id}", .access = Access::kViewer, .camera = CameraBy::kEvent,
//               .handler = [&](Call& call) { return json_response(…); }});
//   const auto found = routes.match(Method::kGet, "/api/v1/events/17");
//
// Filled once, then read from any thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/call.h"
#include "server/response.h"

namespace vigil::server {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
enum class Access { kPublic, kViewer, kOperator, kAdmin };  // the least role
enum class CameraBy {
  kNone,
  kCamera,  // {id} is a camera
  kEvent,   // {id} is an event, of a camera or an uploaded video
  kJob,     // {id} is an uploaded video: its owner's and administrators'
  kList,    // the handler limits what it finds to Caller::limit()
};

std::string_view to_string(Method method);
std::string_view to_string(Access access);
std::string_view to_string(CameraBy camera);  // as x-vigil-camera has it; kNone: empty

struct Route {
  Method method = Method::kGet;
  std::string path = {};  // below kApi, with {names} for parts
  Access access = Access::kAdmin;
  CameraBy camera = CameraBy::kNone;
  std::function<Response(Call&)> handler = {};  // on a thread that may block; throws Problem
  bool web_socket = false;                      // live_sockets.h takes it once it is permitted
  std::function<void(Call&)> opens = {};        // of a socket, before it does; on a thread that may block
  bool large_body = false;                      // the handler looks after the size itself
  bool outside_api = false;                     // the path stands for itself, not below kApi
};

struct Matched {
  const Route* route = nullptr;  // null: there is no such path, or it does not know the method
  std::map<std::string, std::string> parts = {};
  std::string allowed = {};  // methods of the path; empty: there is no such path
};

class Routes {
 public:
  static constexpr std::string_view kApi = "/api/v1";

  // Requires that it is not there yet.
  void add(Route route);

  Matched match(Method method, std::string_view path) const;

  const std::vector<Route>& all() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace vigil::server
