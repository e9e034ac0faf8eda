#include "pipeline/bright_scorer.h"

#include <algorithm>
#include <format>
#include <thread>

#include "support/make_media.h"

namespace vigil::test {
namespace {

bool is_white(const media::Frame& frame) {
  const media::Plane plane = frame.plane(0);
  const int x = plane.width_px / 2;
  const int y = plane.height_px / 2;
  return plane.data[static_cast<std::ptrdiff_t>(y) * plane.stride_bytes + x] > 200;
}

}  // namespace

BrightScorer::BrightScorer(BrightScorerOptions options) : options_(options) {
  info_ = {.name = "bright",
           .window = core::MediaDuration::from_seconds(2),
           .frames = options.frames,
           .frame_interval = {},
           .input_size = media::FitShortSide{32},
           .format = media::PixelFormat::kGray8,
           .positive_class = "violence",
           .negative_class = "non-violence"};
}

core::Result<std::vector<double>> BrightScorer::score(const std::vector<vision::FrameWindow>& windows) {
  std::this_thread::sleep_for(options_.delay);
  std::vector<double> scores;
  for (const vision::FrameWindow& window : windows) {
    const auto white = std::ranges::count_if(window, is_white);
    scores.push_back(static_cast<double>(white) / static_cast<double>(window.size()));
  }
  windows_scored_ += static_cast<int>(windows.size());
  return scores;
}

std::filesystem::path bright_video(const BrightVideo& video) {
  return make_media(video.name,
                    std::format("-f lavfi -i color=c=0x303030:s=160x120:r={}:d={},drawbox=c=0x606060:t=fill:w=40:h=40:x=0:"
                                "y=mod(t*40\\,80),drawbox=c=white:t=fill:enable='{}' {} -pix_fmt yuv420p",
                                video.rate, video.seconds, video.white, video.codec));
}

}  // namespace vigil::test
