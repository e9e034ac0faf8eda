#include "server/routes.h"

#include <array>
#include <optional>

#include "core/check.h"

namespace vigil::server {
namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::size_t end = path.find('/');
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end == std::string_view::npos ? path.size() : end);
  }
  return parts;
}

std::optional<std::map<std::string, std::string>> fits(std::string_view pattern,
                                                       const std::vector<std::string_view>& parts) {
  const auto wanted = parts_of(pattern);
  if (wanted.size() != parts.size()) return std::nullopt;
  std::map<std::string, std::string> named;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      if (parts[i].empty()) return std::nullopt;
      named.emplace(wanted[i].substr(1, wanted[i].size() - 2), parts[i]);
    } else if (wanted[i] != parts[i]) {
      return std::nullopt;
    }
  }
  return named;
}

}  // namespace

std::string_view to_string(Method method) {
  static constexpr std::array<std::string_view, 7> kNames{"get", "head", "post", "put", "patch", "delete", "options"};
  return kNames[static_cast<std::size_t>(method)];
}

std::string_view to_string(Access access) {
  static constexpr std::array<std::string_view, 4> kNames{"public", "viewer", "operator", "admin"};
  return kNames[static_cast<std::size_t>(access)];
}

std::string_view to_string(CameraBy camera) {
  static constexpr std::array<std::string_view, 5> kNames{"", "camera", "event", "job", "list"};
  return kNames[static_cast<std::size_t>(camera)];
}

void Routes::add(Route route) {
  for (const Route& other : routes_) {
    VIGIL_CHECK(other.method != route.method || other.path != route.path, "each route once");
  }
  VIGIL_CHECK(route.handler || route.web_socket, "each route is answered");
  routes_.push_back(std::move(route));
}

Matched Routes::match(Method method, std::string_view path) const {
  Matched matched;
  const bool api = path.starts_with(kApi);
  const auto parts = parts_of(api ? path.substr(kApi.size()) : path);
  std::size_t fewest = parts.size() + 1;  // of named parts: "/events/days" goes before "/events/{id}"
  for (const Route& route : routes_) {
    if (route.outside_api == api) continue;
    auto named = fits(route.path, parts);
    if (!named) continue;
    matched.allowed += (matched.allowed.empty() ? "" : ", ") + std::string(to_string(route.method));
    // HEAD is answered as GET, without the body.
    const bool same = route.method == method || (method == Method::kHead && route.method == Method::kGet);
    if (!same || named->size() >= fewest) continue;
    fewest = named->size();
    matched.route = &route;
    matched.parts = std::move(*named);
  }
  return matched;
}

}  // namespace vigil::server
