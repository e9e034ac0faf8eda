#include "learn/event_log.h"

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <format>
#include <utility>

#include "tensorboard_event.pb.h"

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::Result;

// zlib has another polynomial, and Debian packages no small library for this one.
constexpr std::array<std::uint32_t, 256> crc32c_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0x82f63b78U : 0U);
    table[byte] = value;
  }
  return table;
}

std::uint32_t crc32c(std::string_view bytes) {
  static constexpr auto kTable = crc32c_table();
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(c)) & 0xff];
  return ~crc;
}

template <typename Int>
std::string little_endian(Int value) {
  if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

tensorboard::Event event_at(std::int64_t step) {
  tensorboard::Event event;
  event.set_wall_time(seconds_since_1970());
  event.set_step(step);
  return event;
}

// Two runs in one folder within a second get names of their own.
fs::path new_file(const fs::path& folder) {
  for (auto seconds = static_cast<std::int64_t>(seconds_since_1970());; ++seconds) {
    fs::path path = folder / std::format("events.out.tfevents.{}.vigil", seconds);
    if (!fs::exists(path)) return path;
  }
}

}  // namespace

std::uint32_t masked_crc32c(std::string_view bytes) { return std::rotr(crc32c(bytes), 15) + 0xa282ead8U; }

EventLog::EventLog(fs::path path, std::int64_t bytes)
    : path_(std::move(path)), bytes_(bytes), out_(path_, std::ios::binary | std::ios::app) {}

Result<std::unique_ptr<EventLog>> EventLog::create(const fs::path& folder) {
  std::unique_ptr<EventLog> log(new EventLog(new_file(folder), 0));
  tensorboard::Event version = event_at(0);
  version.set_file_version("brain.Event:2");
  log->write(version.SerializeAsString());
  if (auto flushed = log->flush(); !flushed) return std::unexpected(flushed.error());
  return log;
}

Result<std::unique_ptr<EventLog>> EventLog::resume(const fs::path& folder, const Position& position) {
  const fs::path path = folder / fs::path(position.file).filename();
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error || position.file.empty() || position.bytes < 0 || std::cmp_less(size, position.bytes)) return create(folder);
  fs::resize_file(path, static_cast<std::uintmax_t>(position.bytes), error);
  if (error) return fail(ErrorCode::kIo, std::format("cannot shorten {}: {}", path.string(), error.message()));
  return std::unique_ptr<EventLog>(new EventLog(path, position.bytes));
}

void EventLog::scalar(std::string_view tag, std::int64_t step, double value) {
  tensorboard::Event event = event_at(step);
  tensorboard::Summary::Value* entry = event.mutable_summary()->add_value();
  entry->set_tag(std::string(tag));
  entry->set_simple_value(static_cast<float>(value));
  write(event.SerializeAsString());
}

void EventLog::image(std::string_view tag, std::int64_t step, Picture picture) {
  tensorboard::Event event = event_at(step);
  tensorboard::Summary::Value* entry = event.mutable_summary()->add_value();
  entry->set_tag(std::string(tag));
  entry->mutable_image()->set_height(picture.height_px);
  entry->mutable_image()->set_width(picture.width_px);
  entry->mutable_image()->set_colorspace(3);
  entry->mutable_image()->set_encoded_image_string(std::move(picture.png));
  write(event.SerializeAsString());
}

Result<EventLog::Position> EventLog::flush() {
  out_.flush();
  if (!out_) return fail(ErrorCode::kIo, std::format("cannot write {}: {}", path_.string(), std::strerror(errno)));
  return Position{.file = path_.filename().string(), .bytes = bytes_};
}

void EventLog::write(const std::string& event) {
  const std::string length = little_endian(static_cast<std::uint64_t>(event.size()));
  const std::string frame = length + little_endian(masked_crc32c(length)) + event + little_endian(masked_crc32c(event));
  out_.write(frame.data(), static_cast<std::streamsize>(frame.size()));
  bytes_ += static_cast<std::int64_t>(frame.size());
}

}  // namespace vigil::learn
