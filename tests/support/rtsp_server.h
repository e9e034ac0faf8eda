// RtspServer: a camera for tests, which can be pulled from the wall, plugged in again, and frozen: GStreamer's RTSP server
// as a PythonServer (rtsp_server.py).
//
//   RtspServer camera(video);         // an MP4; each client sees it from its start
//   auto source = media::Source::open(camera.url());
#pragma once

#include <filesystem>
#include <string>

#include "support/python_server.h"

namespace vigil::test {

struct RtspServerOptions {
  std::string codec = "h264";  // of the video; or h265
  std::string login{};         // "user:password" without which it shows nothing; empty: anyone may look
};

class RtspServer : public PythonServer {
 public:
  // Throws std::runtime_error when it cannot be started.
  explicit RtspServer(const std::filesystem::path& video, const RtspServerOptions& options = {});

  std::string url() const;
};

}  // namespace vigil::test
