#include "station/staged.h"

#include <algorithm>
#include <format>
#include <map>
#include <thread>

#include "support/make_media.h"

namespace vigil::test {
namespace {

constexpr int kBlack = 40;
constexpr double kBystander = 0.05;

bool is_violent(const media::Frame& frame) {
  const media::Plane plane = frame.plane(0);
  return plane.data[plane.stride_bytes + 1] < kBlack;
}

double share_violent(const vision::FrameWindow& window) {
  const auto violent = std::ranges::count_if(window, is_violent);
  return static_cast<double>(violent) / static_cast<double>(window.size());
}

}  // namespace

StagedScorer::StagedScorer(std::chrono::milliseconds window_takes)
    : info_{.name = "staged",
            .window = core::MediaDuration::from_seconds(1),
            .frames = 8,
            .frame_interval = {},
            .input_size = media::FitShortSide{32},
            .format = media::PixelFormat::kGray8,
            .positive_class = "violence",
            .negative_class = "non-violence"},
      window_takes_(window_takes) {}

core::Result<std::vector<double>> StagedScorer::score(const std::vector<vision::FrameWindow>& windows) {
  std::vector<double> scores;
  std::this_thread::sleep_for(window_takes_ * windows.size());
  for (const vision::FrameWindow& window : windows) scores.push_back(share_violent(window));
  return scores;
}

core::Result<std::vector<vision::SceneScore>> StagedScorer::judge(const std::vector<vision::SceneWindow>& windows) {
  std::vector<vision::SceneScore> scores;
  std::this_thread::sleep_for(window_takes_ * windows.size());
  for (const vision::SceneWindow& window : windows) {
    vision::SceneScore& score = scores.emplace_back();
    score.scene = share_violent(window.frames);
    std::map<std::int64_t, double> people;
    for (const core::FramePeople& frame : window.people) {
      for (const core::TrackedPerson& person : frame.people) {
        const bool above = person.track.box.center_y() < static_cast<float>(window.frame_height_px) / 2;
        people[person.track.id] = above ? score.scene : kBystander;
      }
    }
    for (const auto& [id, value] : people) score.people.push_back({.id = id, .score = value});
  }
  return scores;
}

core::Result<station::Networks> staged_networks() { return slow_networks({}); }

core::Result<station::Networks> slow_networks(std::chrono::milliseconds window_takes) {
  station::Networks networks{.scorer = std::make_unique<StagedScorer>(window_takes),
                             .people = std::make_unique<WalkingFinder>(),
                             .faces = nullptr,
                             .options = {}};
  networks.options.detector = {.threshold_on = 0.6,
                               .threshold_off = 0.4,
                               .min_duration = core::MediaDuration::from_seconds(0.5),
                               .merge_gap = core::MediaDuration::from_seconds(0.5)};
  networks.options.stride = core::MediaDuration::from_seconds(0.25);
  networks.options.smoothing = {};
  networks.options.pre_roll = core::MediaDuration::from_seconds(1);
  networks.options.post_roll = core::MediaDuration::from_seconds(1);
  return networks;
}

std::filesystem::path staged_video(const StagedVideo& video) {
  const auto square = [&](int number) {
    return std::format("color=c=white:s=24x48:r=25:d={}[s{}];", video.seconds, number);
  };
  const std::string graph = std::format(
      "color=c=gray:s=320x240:r=25:d={}[a];{}{}{}[a][s1]overlay=x=60+20*sin(t):y=30[b];[b][s2]overlay=x=120-20*sin(t):y=36["
      "c];"
      "[c][s3]overlay=x=40+12*t:y=170[d];[d]drawbox=c=black:t=fill:w=48:h=48:x=0:y=0:enable='{}'[e]",
      video.seconds, square(1), square(2), square(3), video.fight);
  return make_media(video.name, std::format("-filter_complex {} -map [e] -pix_fmt yuv420p {}", graph, video.codec));
}

}  // namespace vigil::test
