// Door: every request and every socket comes in here: it is told who calls and what of (access.h, routes.h), answered on the
// worker pool, and made HTTP. The one coroutine of the room; handlers read straight down.
//
//   Door door(routes, access, pool, ui);
//   door.attach(drogon::app());          // before it runs
//
// Sockets that are permitted go on to the path kSocketPath with their Permit as the request's attribute.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <drogon/HttpAppFramework.h>

#include "server/access.h"
#include "server/routes.h"
#include "server/static_files.h"
#include "server/worker_pool.h"

namespace vigil::server {

// What a permitted socket may show, and to whom.
struct Permit {
  std::string path;                         // of the route: "/cameras/{id}/live/video"
  std::optional<std::int64_t> camera = {};  // nothing: news of all
  bool boxes = true;                        // in pictures: around the people
  Caller caller;
};

class Door {
 public:
  static constexpr const char* kSocketPath = "/socket";
  static constexpr const char* kPermit = "permit";
  static constexpr std::size_t kLargestBody = 1 << 20;  // of JSON, in bytes

  // All outlive the object. `tls`: says so to browsers.
  Door(const Routes& routes, AccessControl& access, WorkerPool& pool, const StaticFiles& ui, bool tls)
      : routes_(routes), access_(access), pool_(pool), ui_(ui), tls_(tls) {}

  void attach(drogon::HttpAppFramework& app);

 private:
  struct Answer {
    Response response;
    std::shared_ptr<Permit> permit = {};     // of a socket that may open
    drogon::HttpResponsePtr file = nullptr;  // where the response is one
  };

  drogon::AsyncTask serve(drogon::HttpRequestPtr request, drogon::AdviceCallback answer, drogon::AdviceChainCallback go_on);
  Answer decide(const drogon::HttpRequestPtr& request);
  void ask_again(Answer& waiting, const drogon::HttpRequest& request);
  Answer handle(const drogon::HttpRequestPtr& request);
  drogon::HttpResponsePtr to_http(const Answer& decided) const;

  const Routes& routes_;
  AccessControl& access_;
  WorkerPool& pool_;
  const StaticFiles& ui_;
  const bool tls_;
};

}  // namespace vigil::server
