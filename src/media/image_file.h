// Pictures on disk and as bytes: JPEGs of frames, plain or drawn on, and PNGs of drawn figures.
//
//   write_jpeg(frame, "posters/event-001.jpg");
//   send(encode_jpeg(frame, {.boxes = {{.box = person.box, .text = "4"}}}));
//
// Files are complete or absent (core/atomic_file.h). Callable from any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "media/annotated_writer.h"
#include "media/frame.h"
#include "media/privacy_mask.h"

namespace vigil::media {

struct JpegOptions {
  int quality = 85;                  // 1–100, higher is better and bigger
  PrivacyMask mask = PrivacyMask();  // painted over
};

// Errors: kInvalidArgument, kUnsupported, kInternal.
core::Result<std::string> encode_jpeg(const Frame& frame, const JpegOptions& options = {});
// The same, drawn on after the mask.
core::Result<std::string> encode_jpeg(const Frame& frame, const Annotation& annotation, const JpegOptions& options = {});

// Errors: as encode_jpeg(), kIo.
core::Status write_jpeg(const Frame& frame, const std::filesystem::path& path, const JpegOptions& options = {});

// PNG bytes of an RGB picture: `rgb` holds height × width × 3 bytes. Errors: kInvalidArgument, kInternal.
core::Result<std::string> encode_png(const std::vector<std::uint8_t>& rgb, int width_px, int height_px);

}  // namespace vigil::media
