#include "support/rtsp_server.h"

#include <format>

namespace vigil::test {

RtspServer::RtspServer(const std::filesystem::path& video, const RtspServerOptions& options)
    : PythonServer("rtsp_server.py", {video.string(), options.codec, options.login}) {}

std::string RtspServer::url() const { return std::format("rtsp://127.0.0.1:{}/camera", port()); }

}  // namespace vigil::test
