#include "formats/zip_archive.h"

#include <algorithm>
#include <cstdint>
#include <format>
#include <optional>

#include "formats/byte_reader.h"

namespace vigil::formats {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

// Names, signatures and sizes are those of the format's description, PKWARE's APPNOTE.TXT, sections 4.3.7 to 4.3.16.
constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kCentralSignature = 0x02014b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kEnd64Signature = 0x06064b50;
constexpr std::uint32_t kEnd64LocatorSignature = 0x07064b50;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kEnd64LocatorSize = 20;
constexpr std::size_t kMaxCommentSize = 0xffff;
constexpr std::uint16_t kZip64Extra = 1;
constexpr std::uint16_t kEncrypted = 1;
constexpr std::uint32_t kIn64BitField = 0xffffffff;

std::unexpected<core::Error> unreadable(std::string reason) { return fail(ErrorCode::kUnreadable, std::move(reason)); }

template <typename Number>
Number number_at(std::span<const std::byte> bytes, std::size_t offset) {
  return *ByteReader(bytes.subspan(offset)).number<Number>();
}

// What the end of the archive says of its directory.
struct Directory {
  std::uint64_t entries = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
};

std::optional<std::size_t> find_end(std::span<const std::byte> bytes) {
  if (bytes.size() < kEndSize) return std::nullopt;
  const std::size_t last = bytes.size() - kEndSize;
  const std::size_t first = last > kMaxCommentSize ? last - kMaxCommentSize : 0;
  for (std::size_t at = last + 1; at-- > first;) {
    if (number_at<std::uint32_t>(bytes, at) != kEndSignature) continue;
    if (number_at<std::uint16_t>(bytes, at + 20) == last - at) return at;
  }
  return std::nullopt;
}

Result<Directory> read_end64(std::span<const std::byte> bytes, std::size_t locator) {
  const auto at = number_at<std::uint64_t>(bytes, locator + 8);
  constexpr std::size_t kSize = 56;
  if (at > locator || locator - at < kSize || number_at<std::uint32_t>(bytes, at) != kEnd64Signature) {
    return unreadable("its 64-bit end of directory lies elsewhere");
  }
  return Directory{.entries = number_at<std::uint64_t>(bytes, at + 32),
                   .size = number_at<std::uint64_t>(bytes, at + 40),
                   .offset = number_at<std::uint64_t>(bytes, at + 48)};
}

Result<Directory> read_end(std::span<const std::byte> bytes) {
  const auto end = find_end(bytes);
  if (!end) return unreadable("it has no end of directory (is it cut short?)");
  Directory directory{.entries = number_at<std::uint16_t>(bytes, *end + 10),
                      .size = number_at<std::uint32_t>(bytes, *end + 12),
                      .offset = number_at<std::uint32_t>(bytes, *end + 16)};
  if (*end >= kEnd64LocatorSize && number_at<std::uint32_t>(bytes, *end - kEnd64LocatorSize) == kEnd64LocatorSignature) {
    auto wide = read_end64(bytes, *end - kEnd64LocatorSize);
    if (!wide) return std::unexpected(wide.error());
    directory = *wide;
  }
  if (directory.offset > *end || directory.size > *end - directory.offset) {
    return unreadable(std::format("its directory would lie at {} to {} of {} bytes", directory.offset,
                                  directory.offset + directory.size, bytes.size()));
  }
  return directory;
}

struct CentralEntry {
  std::string name;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint64_t packed_size = 0;
  std::uint64_t size = 0;
  std::uint64_t local_offset = 0;
};

// The 64-bit field holds only those numbers that did not fit, in this order.
bool read_zip64(std::span<const std::byte> extra, CentralEntry& entry) {
  ByteReader fields(extra);
  while (fields.left() > 0) {
    const auto id = fields.number<std::uint16_t>();
    const auto size = fields.number<std::uint16_t>();
    const auto value = fields.take(size.value_or(0));
    if (!id || !size || !value) return false;
    if (*id != kZip64Extra) continue;
    ByteReader numbers(*value);
    for (std::uint64_t* number : {&entry.size, &entry.packed_size, &entry.local_offset}) {
      if (*number != kIn64BitField) continue;
      const auto wide = numbers.number<std::uint64_t>();
      if (!wide) return false;
      *number = *wide;
    }
  }
  return true;
}

std::optional<CentralEntry> read_central(ByteReader& in) {
  constexpr std::size_t kSize = 46;
  const auto head = in.take(kSize);
  if (!head || number_at<std::uint32_t>(*head, 0) != kCentralSignature) return std::nullopt;
  const auto name = in.take(number_at<std::uint16_t>(*head, 28));
  const auto extra = in.take(number_at<std::uint16_t>(*head, 30));
  const auto comment = in.take(number_at<std::uint16_t>(*head, 32));
  if (!name || !extra || !comment) return std::nullopt;
  CentralEntry entry{.name = std::string(text_of(*name)),
                     .flags = number_at<std::uint16_t>(*head, 8),
                     .method = number_at<std::uint16_t>(*head, 10),
                     .packed_size = number_at<std::uint32_t>(*head, 20),
                     .size = number_at<std::uint32_t>(*head, 24),
                     .local_offset = number_at<std::uint32_t>(*head, 42)};
  if (!read_zip64(*extra, entry)) return std::nullopt;
  return entry;
}

Result<std::span<std::byte>> locate(std::span<std::byte> bytes, const CentralEntry& entry) {
  const auto wrong = [&](std::string_view what) { return unreadable(std::format("its entry '{}' {}", entry.name, what)); };
  if ((entry.flags & kEncrypted) != 0) {
    return fail(ErrorCode::kUnsupported, std::format("its entry '{}' is encrypted", entry.name));
  }
  if (entry.method != 0) {
    return fail(
        ErrorCode::kUnsupported,
        std::format("its entry '{}' is compressed (method {}), torch.save writes plain ones", entry.name, entry.method));
  }
  if (entry.packed_size != entry.size) return wrong("has two different sizes");
  if (entry.local_offset > bytes.size() || bytes.size() - entry.local_offset < kLocalSize)
    return wrong("begins after the end");
  const auto local = bytes.subspan(entry.local_offset);
  if (number_at<std::uint32_t>(local, 0) != kLocalSignature) return wrong("has no header where the directory says");
  const std::size_t head = kLocalSize + number_at<std::uint16_t>(local, 26) + number_at<std::uint16_t>(local, 28);
  if (head > local.size() || entry.size > local.size() - head) return wrong("lies outside the file (is it cut short?)");
  return local.subspan(head, entry.size);
}

core::Status refuse_overlaps(const ZipArchive::Entries& entries) {
  struct Part {
    std::span<const std::byte> bytes;
    const std::string* name;
  };
  std::vector<Part> parts;
  for (const auto& [name, bytes] : entries) parts.push_back({bytes, &name});
  std::ranges::sort(parts, {}, [](const Part& part) { return part.bytes.data(); });
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i - 1].bytes.data() + parts[i - 1].bytes.size() > parts[i].bytes.data()) {
      return unreadable(std::format("its entries '{}' and '{}' overlap", *parts[i - 1].name, *parts[i].name));
    }
  }
  return {};
}

}  // namespace

bool ZipArchive::looks_like_zip(std::span<const std::byte> bytes) {
  const auto signature = ByteReader(bytes).number<std::uint32_t>();
  return signature == kLocalSignature || signature == kEndSignature;
}

Result<ZipArchive> ZipArchive::open(std::span<std::byte> bytes) {
  const auto directory = read_end(bytes);
  if (!directory) return std::unexpected(directory.error());
  ByteReader in(bytes.subspan(directory->offset, directory->size));
  Entries entries;
  for (std::uint64_t i = 0; i < directory->entries; ++i) {
    const auto central = read_central(in);
    if (!central) return unreadable(std::format("its directory breaks off at entry {} of {}", i, directory->entries));
    const auto place = locate(bytes, *central);
    if (!place) return std::unexpected(place.error());
    if (!entries.emplace(central->name, *place).second) {
      return unreadable(std::format("its directory names '{}' twice", central->name));
    }
  }
  if (auto apart = refuse_overlaps(entries); !apart) return std::unexpected(apart.error());
  return ZipArchive(std::move(entries));
}

Result<std::span<std::byte>> ZipArchive::entry(std::string_view name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return unreadable(std::format("it has no entry '{}'", name));
  return found->second;
}

}  // namespace vigil::formats
