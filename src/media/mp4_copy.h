// Mp4Copy: the MP4 that packets of an input are copied into, as browsers want it. What copy_stream and LiveRecorder::cut
// stand on; used only inside this room.
//
//   Mp4Copy copy(target);
//   copy.open(input);                     // streams of `input` that MP4 can hold
//   copy.write(packet, time_base);        // for each packet of a stream that holds()
//   copy.finish();
//
// One thread at a time. Until finish() the file is not complete.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>

#include "core/result.h"
#include "media/demuxer.h"

struct AVCodecParameters;
struct AVRational;

namespace vigil::media {

// Whether browsers play this video once it is in an MP4.
bool plays_in_browsers(const AVCodecParameters& video);

// The name of the codec in the MP4 that all of them know; 0 where the usual one will do.
std::uint32_t mp4_tag_for_browsers(const AVCodecParameters& stream);

class Mp4Copy {
 public:
  explicit Mp4Copy(std::filesystem::path path) : path_(std::move(path)) {}
  ~Mp4Copy();
  Mp4Copy(const Mp4Copy&) = delete;
  Mp4Copy& operator=(const Mp4Copy&) = delete;

  // The video, and sound where MP4 can hold it. Errors: kIo.
  core::Status open(Demuxer& input);

  bool holds(int stream) const { return places_.contains(stream); }

  // `packet`, with times from the copy's start in ticks of `time_base`; it is empty afterwards. Errors: kIo.
  core::Status write(AVPacket& packet, const AVRational& time_base);

  // Errors: kIo.
  core::Status finish();

 private:
  core::Status failure(int code) const;

  std::filesystem::path path_;
  AVFormatContext* format_ = nullptr;
  std::map<int, int> places_;  // stream of the source → stream of the copy
};

}  // namespace vigil::media
