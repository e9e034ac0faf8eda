// A picture of a data set, from its file to a Frame. Free of torch.
//
//   auto frame = read_picture("val2017/000000000139.jpg");
//
// Blocks; callable from any thread.
#pragma once

#include <filesystem>

#include "core/result.h"
#include "media/frame.h"

namespace vigil::learn {

// The first frame of the file. Errors: as media::Source, and kUnreadable (it holds none), naming the file.
core::Result<media::Frame> read_picture(const std::filesystem::path& file,
                                        media::PixelFormat format = media::PixelFormat::kI420);

}  // namespace vigil::learn
