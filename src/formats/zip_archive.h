// ZipArchive: the entries of a zip file as parts of its bytes, in place; what torch checkpoints are packed in.
//
//   auto archive = ZipArchive::open(file->bytes());
//   auto pickle = archive->entry("net/data.pkl");   // std::span<std::byte> into the file
//
// Only stored (uncompressed) entries of one-part archives, with the 64-bit extension. Checksums are not compared: torch can
// be told to leave them out. Entries that overlap are refused, so an archive never speaks of more bytes than it has.
// The bytes must outlive the archive. Callable from any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

namespace vigil::formats {

class ZipArchive {
 public:
  // True when the bytes begin as a zip file does.
  static bool looks_like_zip(std::span<const std::byte> bytes);

  // Errors: kUnreadable (no zip file, cut short, fields that contradict each other: names entry and field); kUnsupported (an
  // entry that is compressed or encrypted).
  static core::Result<ZipArchive> open(std::span<std::byte> bytes);

  using Entries = std::map<std::string, std::span<std::byte>, std::less<>>;
  const Entries& entries() const { return entries_; }

  // Errors: kUnreadable (no such entry).
  core::Result<std::span<std::byte>> entry(std::string_view name) const;

 private:
  explicit ZipArchive(Entries entries) : entries_(std::move(entries)) {}
  Entries entries_;
};

}  // namespace vigil::formats
