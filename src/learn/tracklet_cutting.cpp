#include "learn/tracklet_cutting.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <map>
#include <set>
#include <vector>

#include "learn/tracklets.h"
#include "media/crop.h"
#include "media/frame_rate.h"
#include "media/image_file.h"
#include "media/source.h"
#include "vision/tracker.h"

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;

constexpr std::size_t kBatch = 8;
constexpr int kJpegQuality = 90;

double hidden_share(const core::Box& box, std::size_t self, std::span<const core::Detection> people) {
  double hidden = 0;
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (i != self)
      hidden = std::max(hidden, static_cast<double>(core::intersection(box, people[i].box).area() / box.area()));
  }
  return hidden;
}

// The people of one video under way.
class Cutter {
 public:
  Cutter(vision::Detector& detector, const SceneVideo& video, const CuttingOptions& options, vision::Tracker tracker)
      : detector_(detector), video_(video), options_(options), tracker_(std::move(tracker)) {}

  Result<std::vector<Tracklet>> cut() {
    auto source = media::Source::open(video_.path.string(), {.stop = options_.stop});
    if (!source) return std::unexpected(source.error());
    media::FrameRate rate(options_.fps);
    std::vector<media::Frame> frames;
    for (;;) {
      auto frame = (*source)->read();
      if (!frame) return std::unexpected(frame.error());
      if (*frame && rate.due((*frame)->pts())) frames.push_back(**frame);
      if (frames.size() == kBatch || (!*frame && !frames.empty())) {
        if (auto looked = look(frames); !looked) return std::unexpected(looked.error());
        frames.clear();
      }
      if (!*frame) return finish();
    }
  }

 private:
  Status look(std::span<const media::Frame> frames) {
    const auto found = detector_.detect(frames);
    if (!found) return std::unexpected(found.error());
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const std::vector<core::Detection>& people = (*found)[i];
      for (const core::Track& track : tracker_.update(frames[i].pts(), people)) {
        if (track.state != core::TrackState::kConfirmed || !track.detection) continue;
        if (auto taken = take(track, frames[i], people); !taken) return taken;
      }
    }
    return {};
  }

  Status take(const core::Track& track, const media::Frame& frame, std::span<const core::Detection> people) {
    Tracklet& tracklet = tracklets_
                             .try_emplace(track.id, Tracklet{.scene = video_.scene,
                                                             .video = video_.name,
                                                             .track = track.id,
                                                             .begin = track.first_seen,
                                                             .end = track.first_seen,
                                                             .pictures = {}})
                             .first->second;
    tracklet.end = frame.pts();
    const bool too_soon = !tracklet.pictures.empty() &&
                          frame.pts() - tracklet.pictures.back().time < core::MediaDuration::from_seconds(options_.every_s);
    if (too_soon || !seen_well(*track.detection, frame, people)) return {};
    const core::Box box = core::clipped(people[*track.detection].box, static_cast<float>(frame.width_px()),
                                        static_cast<float>(frame.height_px()));
    const int left = static_cast<int>(box.left);
    const int top = static_cast<int>(box.top);
    const auto part = media::crop(frame, {.left = left,
                                          .top = top,
                                          .width = std::max(1, static_cast<int>(box.right()) - left),
                                          .height = std::max(1, static_cast<int>(box.bottom()) - top)});
    if (!part) return std::unexpected(part.error());
    const fs::path file = options_.out / video_.name / std::format("{}-{:08}.jpg", track.id, frame.pts().us() / 1000);
    if (auto written = media::write_jpeg(*part, file, {.quality = kJpegQuality}); !written) return written;
    tracklet.pictures.push_back({.file = file, .time = frame.pts()});
    return {};
  }

  bool seen_well(std::size_t detection, const media::Frame& frame, std::span<const core::Detection> people) const {
    const core::Detection& person = people[detection];
    const core::Box inside =
        core::clipped(person.box, static_cast<float>(frame.width_px()), static_cast<float>(frame.height_px()));
    return person.score >= options_.min_score && inside.height >= options_.min_height_px &&
           hidden_share(person.box, detection, people) <= options_.max_hidden;
  }

  Result<std::vector<Tracklet>> finish() {
    std::vector<Tracklet> kept;
    for (auto& [id, tracklet] : tracklets_) {
      if (tracklet.pictures.size() >= static_cast<std::size_t>(options_.min_pictures)) {
        kept.push_back(std::move(tracklet));
        continue;
      }
      std::error_code ignored;
      for (const TrackletPicture& picture : tracklet.pictures) fs::remove(picture.file, ignored);
    }
    return kept;
  }

  vision::Detector& detector_;
  const SceneVideo& video_;
  const CuttingOptions& options_;
  vision::Tracker tracker_;
  std::map<std::int64_t, Tracklet> tracklets_;
};

// Whoever is seen well enough for a picture is followed.
vision::TrackerOptions tracker_options(const CuttingOptions& options) {
  vision::TrackerOptions tracking;
  tracking.min_new_score = tracking.min_score = options.min_score;
  tracking.min_low_score = std::min(tracking.min_low_score, tracking.min_score);
  return tracking;
}

std::string settings_of(const vision::Detector& detector, const CuttingOptions& options) {
  return std::format("detector {} at {}x{}, fps {}, every {} s, score {:.3f}, height {} px, hidden {}, pictures {}",
                     detector.info().name, detector.info().input_width_px, detector.info().input_height_px, options.fps,
                     options.every_s, options.min_score, options.min_height_px, options.max_hidden, options.min_pictures);
}

Result<TrackletSet> begin_set(const std::string& settings, const CuttingOptions& options) {
  auto set = read_tracklets(options.out);
  const bool none = !set && set.error().code == ErrorCode::kNotFound;
  if (none || options.overwrite) return TrackletSet{.settings = settings, .videos = {}, .tracklets = {}};
  if (set && set->settings != settings) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{} was cut with {}, now wanted is {}; give another folder, or --overwrite",
                            options.out.string(), set->settings, settings));
  }
  return set;
}

}  // namespace

Status CuttingOptions::validate() const {
  const auto wrong = [](std::string what) { return fail(ErrorCode::kInvalidArgument, std::move(what)); };
  if (!(fps > 0 && fps <= 100)) return wrong(std::format("fps = {}: must lie above 0, up to 100", fps));
  if (!(every_s >= 0 && every_s <= 60)) return wrong(std::format("every = {} s: must lie in 0 to 60", every_s));
  if (!(min_score >= 0 && min_score <= 1)) return wrong(std::format("min-score = {}: must lie in 0 to 1", min_score));
  if (!(min_height_px >= 0)) return wrong(std::format("min-height = {}: must be 0 or more", min_height_px));
  if (!(max_hidden >= 0 && max_hidden <= 1)) return wrong(std::format("max-hidden = {}: must lie in 0 to 1", max_hidden));
  if (min_pictures < 2) return wrong(std::format("min-pictures = {}: must be 2 or more", min_pictures));
  return {};
}

Result<CuttingOutcome> cut_tracklets(vision::Detector& detector, std::span<const SceneVideo> videos,
                                     const CuttingOptions& options) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  std::set<std::string> names;
  for (const SceneVideo& video : videos) {
    if (!names.insert(video.name).second) {
      return fail(ErrorCode::kInvalidArgument,
                  std::format("{}: two videos go by this name; cut them into different folders", video.name));
    }
  }
  auto set = begin_set(settings_of(detector, options), options);
  if (!set) return std::unexpected(set.error());
  std::int64_t done = 0;
  const auto outcome = [&] {
    CuttingOutcome so_far{.videos = static_cast<std::int64_t>(set->videos.size()),
                          .tracklets = static_cast<std::int64_t>(set->tracklets.size())};
    for (const Tracklet& tracklet : set->tracklets) so_far.pictures += static_cast<std::int64_t>(tracklet.pictures.size());
    return so_far;
  };
  for (const SceneVideo& video : videos) {
    if (options.stop.stop_requested())
      return fail(ErrorCode::kCancelled, "stopped; the videos that are done are in the folder");
    if (!set->videos.contains(video.name)) {
      std::error_code error;
      fs::create_directories(options.out / video.name, error);
      if (error)
        return fail(ErrorCode::kIo, std::format("cannot make {}: {}", (options.out / video.name).string(), error.message()));
      auto tracker = vision::Tracker::create(tracker_options(options));
      if (!tracker) return std::unexpected(tracker.error());
      auto cut = Cutter(detector, video, options, std::move(*tracker)).cut();
      if (!cut) return std::unexpected(cut.error());
      set->tracklets.insert(set->tracklets.end(), std::make_move_iterator(cut->begin()),
                            std::make_move_iterator(cut->end()));
      set->videos.insert(video.name);
      if (auto written = write_tracklets(options.out, *set); !written) return std::unexpected(written.error());
    }
    done += 1;
    if (options.progress) {
      options.progress({.done = static_cast<double>(done),
                        .total = static_cast<double>(videos.size()),
                        .unit = "videos",
                        .note = std::format("{} people", set->tracklets.size())});
    }
  }
  return outcome();
}

}  // namespace vigil::learn
