#include "media/failure_words.h"

#include <netdb.h>

#include <format>
#include <string_view>

extern "C" {
#include <libavutil/error.h>
}

#include "media/av.h"

namespace vigil::media {
namespace {

// The host of "scheme://user:password@host:port/path"; empty without one.
std::string host_of(const std::string& url) {
  if (url.find("://") == std::string::npos) return {};
  std::string_view rest = std::string_view(url).substr(url.find("://") + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  if (rest.starts_with('[')) return std::string(rest.substr(1, rest.find(']') - 1));
  return std::string(rest.substr(0, rest.find(':')));
}

bool is_known(const std::string& host) {
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(host.c_str(), nullptr, nullptr, &found);
  if (failed == 0) freeaddrinfo(found);
  return failed == 0;
}

}  // namespace

std::string failure_words(int code, const std::string& url) {
  const std::string host = host_of(url);
  switch (code) {
    case AVERROR_HTTP_UNAUTHORIZED: return "the user name or the password is missing or wrong";
    case AVERROR_HTTP_FORBIDDEN: return "the server does not let this user see it";
    case AVERROR_HTTP_NOT_FOUND: return "the server is there but has no such stream; check the path in the address";
    case AVERROR(ECONNREFUSED): return "connection refused: nothing answers at this address and port";
    case AVERROR(EHOSTUNREACH):
    case AVERROR(ENETUNREACH): return "there is no way to this host from here";
    case AVERROR(EIO):
      // All that FFmpeg says of a name that nobody knows.
      if (!host.empty() && !is_known(host)) return std::format("the host {} is not known", host);
      break;
    default: break;
  }
  return av_reason(code);
}

}  // namespace vigil::media
