// EventNames: what the files of one event are called, relative to the folder of its analysis or watch.
//
//   const EventNames names = numbered_event(1);   // of an analysis: "event-001"
//   files.path(names.clip());                     // clips/event-001.mp4
//
// Plain values.
#pragma once

#include <cstdint>
#include <format>
#include <string>
#include <string_view>

namespace vigil::pipeline {

struct EventNames {
  std::string stem;  // "event-001"; of a watch "20261126-074225-1"

  std::string clip() const { return std::format("clips/{}.mp4", stem); }
  std::string boxes() const { return std::format("clips/{}.boxes.jsonl", stem); }
  std::string poster() const { return std::format("posters/{}.jpg", stem); }
  std::string page() const { return std::format("{}.html", stem); }
  // "people/event-001-person-3-face.jpg" for `what` = "face".
  std::string person(std::int64_t id, std::string_view what) const {
    return std::format("people/{}-person-{}-{}.jpg", stem, id, what);
  }
};

inline EventNames numbered_event(std::int64_t id) { return {.stem = std::format("event-{:03}", id)}; }

}  // namespace vigil::pipeline
