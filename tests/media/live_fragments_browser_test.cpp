// The pieces of a live stream in a real browser: they play as they come, and each picture says the time that the analysis
// saw.
#include <format>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/live_fragments.h"
#include "media/live_source.h"
#include "support/browser.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::media {
namespace {

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) text += std::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

constexpr const char* kPlay = R"((async () => {
  const video = document.querySelector("video");
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await new Promise(opened => { source.onsourceopen = opened; });
  const buffer = source.addSourceBuffer(mime);
  for (const piece of pieces) {
    await new Promise((done, failed) => {
      buffer.onupdateend = done;
      buffer.onerror = () => failed(new Error("a piece does not fit"));
      buffer.appendBuffer(Uint8Array.from(piece.match(/../g), pair => parseInt(pair, 16)));
    });
  }
  const times = [];
  const shown = (now, about) => {
    times.push(Math.round(about.mediaTime * 1e6));
    video.requestVideoFrameCallback(shown);
  };
  video.requestVideoFrameCallback(shown);
  await video.play();
  while (video.currentTime < 1.5) await new Promise(passed => setTimeout(passed, 20));
  return `${video.videoWidth} ${buffer.buffered.length} ${times.join(" ")}`;
})())";

TEST(LiveFragmentsInABrowser, play_and_tell_the_times_that_the_analysis_sees) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  const auto video = test::make_media(
      "browser.mp4", "-f lavfi -i testsrc2=s=160x120:r=30000/1001:d=2 -pix_fmt yuv420p -c:v libx264 -bf 3 -g 25");
  std::string mime, pieces;
  LiveFragments fragments([&](const LivePiece& piece) {
    if (const auto* init = std::get_if<LiveInit>(&piece)) mime = init->mime;
    std::visit([&](const auto& any) { pieces += std::format("\"{}\",", hex(*any.bytes)); }, piece);
  });
  auto source = LiveSource::create(video.string(), {.realtime = true, .taps = {&fragments.tap()}});
  ASSERT_TRUE(source);
  std::set<std::int64_t> seen;
  for (;;) {
    const auto views = (*source)->read_views();
    ASSERT_TRUE(views) << views.error().message;
    if (!*views) break;
    seen.insert((*views)->first.pts().us());
  }
  std::ofstream(dir / "page.html") << "<!doctype html><video muted></video><script>const mime='" << mime << "',pieces=["
                                   << pieces << "];</script>";
  std::string told = test::look_at(dir / "page.html", kPlay);
  std::erase(told, '"');
  std::istringstream numbers(told);
  std::int64_t width = 0, ranges = 0;
  numbers >> width >> ranges;
  EXPECT_EQ(width, 160);
  EXPECT_EQ(ranges, 1) << "no gap";
  int shown = 0;
  for (std::int64_t time = 0; numbers >> time; ++shown) {
    EXPECT_TRUE(seen.contains(time)) << time << " µs is not the time of any picture";
  }
  EXPECT_GE(shown, 5);
}

}  // namespace
}  // namespace vigil::media
