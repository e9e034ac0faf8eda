// Why an input cannot be opened or read, in words for who typed its address. Used only inside this room.
#pragma once

#include <string>

namespace vigil::media {

// What FFmpeg's code means for an input of this address; its own words where nothing better is known. May look up the host.
std::string failure_words(int code, const std::string& url);

}  // namespace vigil::media
