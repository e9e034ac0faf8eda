// EventLog: takes scalars and pictures of a training run, gives an event file that TensorBoard reads.
//
//   auto log = EventLog::create("runs/seed");
//   (*log)->scalar("loss/train", epoch, 0.61);
//   (*log)->image("confusion/validation", epoch, {.png = png, .width_px = 640, .height_px = 480});
//   auto position = (*log)->flush();
//
// Format: TFRecord frames (length, masked CRC-32C of it, bytes, masked CRC-32C of them; github.com/tensorflow/tensorboard)
// around protocol-buffer events (learn/tensorboard_event.proto). A reader ignores a frame that was cut off at the end.
// One thread. Writing blocks on disk; errors of writing are kept and returned by the next flush().
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace vigil::learn {

class EventLog {
 public:
  // The name of the file in its folder and how long it is: what a checkpoint remembers.
  struct Position {
    std::string file;
    std::int64_t bytes = 0;
  };

  struct Picture {
    std::string png;
    int width_px = 0;
    int height_px = 0;
  };

  // A new file events.out.tfevents.SECONDS.vigil in `folder`. Errors: kIo.
  static core::Result<std::unique_ptr<EventLog>> create(const std::filesystem::path& folder);

  // Goes on behind `position`; what the file holds beyond is dropped. A file that is missing or shorter is replaced by a new
  // one. Errors: kIo.
  static core::Result<std::unique_ptr<EventLog>> resume(const std::filesystem::path& folder, const Position& position);

  void scalar(std::string_view tag, std::int64_t step, double value);
  void image(std::string_view tag, std::int64_t step, Picture picture);

  // Hands everything to the system. Errors: kIo.
  core::Result<Position> flush();

 private:
  EventLog(std::filesystem::path path, std::int64_t bytes);
  void write(const std::string& event);

  std::filesystem::path path_;
  std::int64_t bytes_;
  std::ofstream out_;
};

// CRC-32C (Castagnoli) as TFRecord masks it: rotated right by 15 bits, plus 0xa282ead8.
std::uint32_t masked_crc32c(std::string_view bytes);

}  // namespace vigil::learn
