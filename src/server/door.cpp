#include "server/door.h"

#include <chrono>
#include <format>
#include <optional>
#include <utility>

#include "core/log.h"
#include "server/http_file.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

// The UI's own files alone; styles are set by its components, pictures and video come as blobs.
constexpr const char* kPagePolicy =
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

constexpr double kAskAgainS = 0.05;

std::optional<Method> method_of(const drogon::HttpRequest& request) {
  if (request.isHead()) return Method::kHead;
  switch (request.method()) {
    case drogon::Get: return Method::kGet;
    case drogon::Post: return Method::kPost;
    case drogon::Put: return Method::kPut;
    case drogon::Patch: return Method::kPatch;
    case drogon::Delete: return Method::kDelete;
    case drogon::Options: return Method::kOptions;
    default: return std::nullopt;
  }
}

bool asks_for_socket(const drogon::HttpRequest& request) { return !request.getHeader("sec-websocket-key").empty(); }

Response response_of(const Problem& problem) { return {.status = problem.status(), .body = problem.json()}; }

Response refusal(const drogon::HttpRequest& request, const std::exception& failure) {
  const auto* problem = dynamic_cast<const Problem*>(&failure);
  if (!problem || problem->status() >= 500) {
    core::log_error("{} {}: {}", request.methodString(), request.path(),
                    problem && !problem->detail().empty() ? problem->detail() : failure.what());
  }
  if (!problem) return response_of(Problem(500, "internal", "something went wrong in the server; its log says what"));
  Response response = response_of(*problem);
  if (problem->status() == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace

void Door::attach(drogon::HttpAppFramework& app) {
  app.registerPreRoutingAdvice(
      [this](const drogon::HttpRequestPtr& request, drogon::AdviceCallback&& answer, drogon::AdviceChainCallback&& go_on) {
        serve(request, std::move(answer), std::move(go_on));
      });
}

drogon::AsyncTask Door::serve(drogon::HttpRequestPtr request, drogon::AdviceCallback answer,
                              drogon::AdviceChainCallback go_on) {
  trantor::EventLoop* const loop = trantor::EventLoop::getEventLoopOfCurrentThread();
  Answer decided;
  try {
    decided = co_await pool_.run(loop, [&] { return decide(request); });
  } catch (const Problem& problem) {
    decided.response = response_of(problem);
  }
  while (decided.response.later) {
    co_await drogon::sleepCoro(loop, kAskAgainS);
    ask_again(decided, *request);
  }
  if (decided.permit) {
    request->attributes()->insert(kPermit, decided.permit);
    request->setPath(kSocketPath);
    go_on();
    co_return;
  }
  answer(to_http(decided));
}

Door::Answer Door::decide(const drogon::HttpRequestPtr& request) {
  try {
    Answer answer = handle(request);
    if (answer.response.file) answer.file = http_file(*answer.response.file, *request);
    return answer;
  } catch (const std::exception& failure) {
    return {.response = refusal(*request, failure)};
  }
}

void Door::ask_again(Answer& waiting, const drogon::HttpRequest& request) {
  try {
    if (auto response = waiting.response.later()) waiting.response = std::move(*response);
  } catch (const std::exception& failure) {
    waiting.response = refusal(request, failure);
  }
}

Door::Answer Door::handle(const drogon::HttpRequestPtr& request) {
  const auto method = method_of(*request);
  if (!method) throw Problem(405, "method", "this method is not known here");
  const std::string& path = request->path();
  Matched matched = routes_.match(*method, path);
  if (!matched.route) {
    if (!matched.allowed.empty()) {
      throw Problem(405, "method", std::format("{} knows only {}", path, matched.allowed));
    }
    const bool page = *method == Method::kGet || *method == Method::kHead;
    if (path.starts_with(Routes::kApi) || !page) nothing_here(path);
    return {.response = ui_.answer(path)};
  }
  const Route& route = *matched.route;
  if (request->bodyLength() > kLargestBody && !route.large_body) {
    throw Problem(413, "too_large", std::format("the body is larger than {} bytes", kLargestBody));
  }
  Call call(request, access_.identify(*request), std::move(matched.parts));
  access_.check(route, call);
  if (!route.web_socket) return {.response = route.handler(call)};
  if (!asks_for_socket(*request)) throw Problem(426, "web_socket", "this is a WebSocket; docs/live.md describes it");
  auto permit = std::make_shared<Permit>(Permit{.path = route.path, .caller = call.caller()});
  if (route.camera == CameraBy::kCamera) permit->camera = call.number("id");
  permit->boxes = call.query_flag("boxes").value_or(true);
  if (route.opens) route.opens(call);
  return {.response = {}, .permit = std::move(permit)};
}

drogon::HttpResponsePtr Door::to_http(const Answer& decided) const {
  const Response& response = decided.response;
  drogon::HttpResponsePtr http = decided.file;
  if (!http) {
    http = drogon::HttpResponse::newHttpResponse();
    http->setStatusCode(static_cast<drogon::HttpStatusCode>(response.status));
    if (!response.type.empty()) http->setContentTypeString(response.type);
    http->setBody(response.body);
    http->addHeader("Cache-Control", "no-store");
  }
  for (const auto& [name, value] : response.headers) http->addHeader(name, value);
  http->addHeader("X-Content-Type-Options", "nosniff");
  http->addHeader("Referrer-Policy", "same-origin");
  if (http->getHeader("content-security-policy").empty()) http->addHeader("Content-Security-Policy", kPagePolicy);
  if (tls_) http->addHeader("Strict-Transport-Security", "max-age=31536000");
  if (response.cookie) {
    drogon::Cookie cookie(kSessionCookie, response.cookie->token);
    cookie.setHttpOnly(true);
    cookie.setSecure(tls_);
    cookie.setSameSite(drogon::Cookie::SameSite::kLax);
    cookie.setPath("/");
    cookie.setMaxAge(static_cast<int>(response.cookie->lasts.count()));
    http->addCookie(std::move(cookie));
  }
  return http;
}

}  // namespace vigil::server
