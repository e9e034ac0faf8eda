// download: brings a file from a URL to the disk, going on where an earlier try was cut off.
//
//   auto done = download({.url = file.url, .target = folder / ".yunet.onnx.part", .size = file.size}, progress, stop);
//
// http, https and file URLs; redirects are followed, to http and https only. What was received stays in `target` when it
// fails, and the next call goes on from there. Proxies and certificate authorities are those of the machine (HTTPS_PROXY,
// SSL_CERT_FILE). Blocks; callable from any thread for different targets.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

#include "core/progress.h"
#include "core/result.h"

namespace vigil::models {

struct Download {
  std::string url;
  std::filesystem::path target;
  std::uint64_t size = 0;  // that the file must have; more is refused while it comes
};

// Ensures: `target` has exactly `size` bytes. Errors: kNotFound (the server says so), kUnreadable (another size, an answer
// that is no file), kTimedOut, kCancelled, kIo (the disk, the connection), kInvalidArgument (not a URL).
core::Status download(const Download& wanted, const core::ProgressSink& progress, std::stop_token stop);

}  // namespace vigil::models
