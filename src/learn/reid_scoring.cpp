#include "learn/reid_scoring.h"

#include <chrono>
#include <format>
#include <map>

#include "learn/picture_file.h"
#include "media/source.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;

constexpr float kMinInside = 0.5F;  // of a box of the truth

struct Asked {
  const Tracklet* person;
  core::MediaTime time;
};

// Adds what the embedder makes of `views`, each of which is `asked` for.
Status add(vision::Embedder& embedder, std::span<const vision::PersonView> views, std::span<const Asked> asked,
           ReidSet& set) {
  const auto started = std::chrono::steady_clock::now();
  auto looks = embedder.embed(views);
  if (!looks) return std::unexpected(looks.error());
  set.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (!(*looks)[i].empty()) {
      set.samples.push_back({.person = asked[i].person, .time = asked[i].time, .look = std::move((*looks)[i])});
    }
  }
  return {};
}

core::Box all_of(const media::Frame& frame) {
  return {.width = static_cast<float>(frame.width_px()), .height = static_cast<float>(frame.height_px())};
}

}  // namespace

Result<ReidSet> embed_tracklets(vision::Embedder& embedder, std::span<const Tracklet> tracklets,
                                const ReidScoringOptions& options) {
  ReidSet set;
  for (const Tracklet& tracklet : tracklets) {
    if (options.stop.stop_requested()) return fail(ErrorCode::kCancelled, "interrupted");
    const Tracklet* person = set.people.emplace_back(std::make_unique<Tracklet>(tracklet)).get();
    std::vector<media::Frame> frames;
    for (const TrackletPicture& picture : tracklet.pictures) {
      auto frame = read_picture(picture.file);
      if (!frame) return std::unexpected(frame.error());
      frames.push_back(std::move(*frame));
    }
    std::vector<vision::PersonView> views;
    std::vector<Asked> asked;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      views.push_back({.frame = &frames[i], .box = all_of(frames[i])});
      asked.push_back({.person = person, .time = tracklet.pictures[i].time});
    }
    if (auto added = add(embedder, views, asked, set); !added) return std::unexpected(added.error());
    if (options.progress) {
      options.progress({.done = static_cast<double>(set.people.size()),
                        .total = static_cast<double>(tracklets.size()),
                        .unit = "people",
                        .note = {}});
    }
  }
  return set;
}

Result<ReidSet> embed_truth(vision::Embedder& embedder, const std::filesystem::path& video, std::span<const MotBox> truth,
                            const ReidScoringOptions& options) {
  if (options.every < 1)
    return fail(ErrorCode::kInvalidArgument, std::format("every = {}: must be 1 or more", options.every));
  auto source = media::Source::open(video.string(), {.stop = options.stop});
  if (!source) return std::unexpected(source.error());
  const int last = truth.empty() ? 0 : truth.back().frame;
  ReidSet set;
  std::map<std::int64_t, const Tracklet*> people;
  auto next = truth.begin();
  for (int number = 1; number <= last; ++number) {
    const auto frame = (*source)->read();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) break;
    std::vector<vision::PersonView> views;
    std::vector<Asked> asked;
    for (; next != truth.end() && next->frame <= number; ++next) {
      if (next->frame < number || (number - 1) % options.every != 0 || next->confidence == 0) continue;
      if (core::intersection(next->box, all_of(**frame)).area() < kMinInside * next->box.area()) continue;
      const Tracklet*& person = people[next->id];
      if (person == nullptr) {
        person = set.people
                     .emplace_back(std::make_unique<Tracklet>(Tracklet{.scene = video.string(),
                                                                       .video = video.string(),
                                                                       .track = next->id,
                                                                       .begin = core::MediaTime::min(),
                                                                       .end = core::MediaTime::max(),
                                                                       .pictures = {}}))
                     .get();
      }
      views.push_back({.frame = &**frame, .box = next->box});
      asked.push_back({.person = person, .time = (*frame)->pts()});
    }
    if (auto added = add(embedder, views, asked, set); !added) return std::unexpected(added.error());
    if (options.progress) {
      options.progress(
          {.done = static_cast<double>(number), .total = static_cast<double>(last), .unit = "frames", .note = {}});
    }
  }
  return set;
}

}  // namespace vigil::learn
