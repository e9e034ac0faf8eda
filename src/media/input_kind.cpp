#include "media/input_kind.h"

#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <format>
#include <string_view>

#include "core/log.h"

namespace vigil::media {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;

struct Scheme {
  std::string_view name;
  std::string_view protocols;
  bool live;
};

constexpr std::string_view kWebProtocols = "http,https,tls,tcp,httpproxy,crypto,data";
constexpr std::string_view kRtspProtocols = "rtsp,rtsps,rtp,srtp,udp,tcp,tls,http,https,httpproxy";
constexpr std::array kSchemes = {
    Scheme{"http", kWebProtocols, false}, Scheme{"https", kWebProtocols, false},
    Scheme{"rtsp", kRtspProtocols, true}, Scheme{"rtsps", kRtspProtocols, true},
    Scheme{"rtmp", "rtmp,tcp", true},     Scheme{"rtmps", "rtmps,tls,tcp", true},
    Scheme{"rtp", "rtp,udp", true},       Scheme{"udp", "udp", true},
    Scheme{"tcp", "tcp", true},           Scheme{"srt", "srt", true},
};

core::Result<InputKind> classify_file(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return fail(ErrorCode::kNotFound, std::format("{}: no such file", path.string()));
  if (fs::is_directory(status)) {
    return fail(ErrorCode::kUnreadable, std::format("{}: is a directory; name a video file", path.string()));
  }
  if (::access(path.c_str(), R_OK) != 0) {
    return fail(ErrorCode::kUnreadable, std::format("{}: cannot be read: {}", path.string(), std::strerror(errno)));
  }
  if (fs::is_character_file(status) && path.string().starts_with("/dev/video")) {
    return InputKind{.ffmpeg_url = path.string(), .format = "video4linux2", .protocols = "file", .device = true};
  }
  if (fs::is_regular_file(status) && fs::file_size(path, error) == 0) {
    return fail(ErrorCode::kUnreadable, std::format("{}: the file is empty (0 bytes)", path.string()));
  }
  return InputKind{.ffmpeg_url = "file:" + path.string(), .format = "", .protocols = "file,crypto,data"};
}

}  // namespace

core::Result<InputKind> classify_input(const std::string& url) {
  const auto colon = url.find("://");
  if (colon == std::string::npos) return classify_file(url);
  const std::string_view scheme = std::string_view(url).substr(0, colon);
  if (scheme == "file") return classify_file(url.substr(colon + 3));
  for (const Scheme& known : kSchemes) {
    if (known.name != scheme) continue;
    return InputKind{.ffmpeg_url = url,
                     .format = "",
                     .protocols = std::string(known.protocols),
                     .network = true,
                     .live_protocol = known.live};
  }
  return fail(
      ErrorCode::kUnsupported,
      std::format("{}: \"{}://\" is not supported; use a file, http(s)://, rtsp(s)://, rtmp(s)://, srt://, udp:// or "
                  "/dev/videoN",
                  core::redact_url(url), scheme));
}

}  // namespace vigil::media
