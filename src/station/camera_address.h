// What a camera's address may be: rtsp(s)://, http(s)://, or a device of this machine, /dev/video0. Nothing else: an address
// comes from a form, and FFmpeg would open much more.
#pragma once

#include <string>

#include "core/result.h"

namespace vigil::station {

// `stored`: a video file may play a camera, for demonstrations. Errors: kInvalidArgument, naming what may be.
core::Status check_camera_address(const std::string& address, bool stored);

}  // namespace vigil::station
