// LiveFragments: the camera's own video, not encoded anew, as pieces of a fragmented MP4 that browsers play while they come
// (Media Source Extensions); beside the decoder, on the same connection.
//
//   FragmentHub hub;
//   LiveFragments fragments([&](const LivePiece& piece) { hub.push(piece); });
//   auto source = LiveSource::create(url, {.taps = {&fragments.tap()}});
//
// Of each connection there comes an init, then one fragment for each picture from a key frame on, in order of decoding. A
// new init comes too when the camera changes its parameter sets. Presentation times in the bytes, in microseconds, are those
// that LiveSource gives the same picture: exactly, but for 1 µs of rounding after a camera's clock has jumped, and for
// pictures whose timestamps are missing or do not rise. There are no edit lists. What browsers cannot play is refused, with
// a reason and a log line; the stream goes on. The pieces show what the camera showed: nothing is masked.
//
// The sink is called on the thread that reads the source, and must not block. refused() may be called from any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "core/time.h"

namespace vigil::media {

// What the fragments after it need.
struct LiveInit {
  std::shared_ptr<const std::string> bytes;
  std::string mime;  // video/mp4; codecs="avc1.640028"
  int width_px = 0;  // as coded
  int height_px = 0;
};

struct LiveFragment {
  std::shared_ptr<const std::string> bytes;
  core::MediaTime time;  // when its picture is shown, on LiveSource's time line
  bool key = false;      // decoding may begin here
};

using LivePiece = std::variant<LiveInit, LiveFragment>;
using LivePieceSink = std::function<void(const LivePiece&)>;

class PacketTap;

class LiveFragments {
 public:
  explicit LiveFragments(LivePieceSink sink);
  ~LiveFragments();
  LiveFragments(const LiveFragments&) = delete;
  LiveFragments& operator=(const LiveFragments&) = delete;

  // Why nothing comes of the connection that is, as a sentence; empty when something does.
  std::string refused() const;

  PacketTap& tap();  // for LiveSourceOptions::taps: where the packets come in

 private:
  class Feed;
  std::unique_ptr<Feed> feed_;
};

}  // namespace vigil::media
