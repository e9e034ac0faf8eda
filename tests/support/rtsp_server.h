// RtspServer: a camera for tests, which can be pulled from the wall, plugged in again, and frozen. GStreamer's RTSP server
// in a process of its own (rtsp_server.py).
//
//   RtspServer camera(video);         // an MP4 of H.264; each client sees it from its start
//   auto source = media::Source::open(camera.url());
//   camera.kill();                    // connections break
//   camera.start();                   // the same address again
//   camera.freeze();                  // connections stand, and nothing comes
#pragma once

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace vigil::test {

class RtspServer {
 public:
  // Throws std::runtime_error when it cannot be started.
  explicit RtspServer(std::filesystem::path video);
  ~RtspServer();
  RtspServer(const RtspServer&) = delete;
  RtspServer& operator=(const RtspServer&) = delete;

  std::string url() const;

  void kill();
  void start();
  void freeze();
  void thaw();

 private:
  std::filesystem::path video_;
  int port_ = 0;
  pid_t pid_ = -1;
  int input_ = -1;
};

}  // namespace vigil::test
