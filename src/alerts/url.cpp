#include "alerts/url.h"

#include <format>
#include <memory>

#include <curl/curl.h>

namespace vigil::alerts {
namespace {

struct CleanUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

std::string Url::peer() const { return port.empty() ? host : std::format("{}:{}", host, port); }
std::string Url::origin() const { return std::format("{}://{}", scheme, peer()); }

core::Result<Url> parse_url(const std::string& text) {
  const std::unique_ptr<CURLU, CleanUrl> url(curl_url());
  const CURLUcode code =
      url ? curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) : CURLUE_OUT_OF_MEMORY;
  if (code != CURLUE_OK || text.contains('\0')) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("this is no address ({}); it must look like https://host/path", curl_url_strerror(code)));
  }
  return Url{.scheme = part_of(url.get(), CURLUPART_SCHEME),
             .host = part_of(url.get(), CURLUPART_HOST),
             .port = part_of(url.get(), CURLUPART_PORT),
             .has_user = !part_of(url.get(), CURLUPART_USER).empty() || !part_of(url.get(), CURLUPART_PASSWORD).empty()};
}

}  // namespace vigil::alerts
