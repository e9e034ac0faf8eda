#include "pipeline/people_evidence.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <map>
#include <optional>
#include <ranges>
#include <utility>

#include "media/crop.h"
#include "media/image_file.h"
#include "media/source.h"
#include "vision/person_picture.h"

namespace vigil::pipeline {
namespace {

using core::MediaDuration;
using core::MediaTime;
using core::Result;

constexpr int kFacePictures = 4;                              // in which a face is looked for; it takes longer than all else
constexpr int kCandidates = 8;                                // looked at of each person
constexpr auto kApart = MediaDuration::from_us(300'000);      // pictures closer than this show the same
constexpr auto kFrameSlack = MediaDuration::from_us(20'000);  // from a line's time to its frame's
constexpr float kMargin = 0.15F;                              // of the person's height, around the box
constexpr double kSmallestFace = 12;                          // pixels of a head's height below which none is told
constexpr double kHeadShare = 1.0 / 7;                        // of a standing person's height
constexpr double kTurnedAway = 0.4;                           // PictureQuality::facing below this

// A moment at which one person is to be pictured.
struct Candidate {
  std::int64_t id = 0;
  MediaTime time;
  core::Box box;
  std::optional<core::Pose> pose;
  double promise = 0;  // how good a picture it may give, as far as box and pose say
};

// A picture of a person, cut out.
struct View {
  MediaTime time;
  media::Frame picture;
  vision::PictureQuality quality;
};

double promise_of(const core::Box& box, const std::optional<core::Pose>& pose) {
  return vision::PictureQuality{.height_px = box.height, .sharpness = 0.5, .facing = pose ? vision::facing_of(*pose) : 0.5}
      .worth();
}

// For each person the most promising moments, some time apart; all in order of time.
std::vector<Candidate> choose(const std::vector<core::FramePeople>& frames, const core::Event& event) {
  std::map<std::int64_t, std::vector<Candidate>> of;
  for (const core::FramePeople& frame : frames) {
    for (const core::TrackedPerson& person : frame.people) {
      const bool named = std::ranges::contains(event.people, person.track.id, &core::EventPerson::id);
      if (!named || !person.track.detection || person.track.box.empty()) continue;
      of[person.track.id].push_back({.id = person.track.id,
                                     .time = frame.time,
                                     .box = person.track.box,
                                     .pose = person.pose,
                                     .promise = promise_of(person.track.box, person.pose)});
    }
  }
  std::vector<Candidate> chosen;
  for (auto& [id, all] : of) {
    std::ranges::stable_sort(all, std::greater<>(), &Candidate::promise);
    std::vector<Candidate> mine;
    for (const Candidate& candidate : all) {
      const bool near_another = std::ranges::any_of(mine, [&](const Candidate& other) {
        const MediaDuration apart = candidate.time - other.time;
        return apart < kApart && -apart < kApart;
      });
      if (!near_another) mine.push_back(candidate);
      if (mine.size() == kCandidates) break;
    }
    chosen.insert(chosen.end(), mine.begin(), mine.end());
  }
  std::ranges::stable_sort(chosen, {}, &Candidate::time);
  return chosen;
}

Result<media::Frame> cut_out(const media::Frame& frame, const core::Box& box) {
  const float margin = kMargin * box.height;
  const core::Box wide = core::clipped({.left = box.left - margin,
                                        .top = box.top - margin,
                                        .width = box.width + 2 * margin,
                                        .height = box.height + 2 * margin},
                                       static_cast<float>(frame.width_px()), static_cast<float>(frame.height_px()));
  const int left = static_cast<int>(wide.left);
  const int top = static_cast<int>(wide.top);
  return media::crop(frame, {.left = left,
                             .top = top,
                             .width = std::min(frame.width_px() - left, static_cast<int>(std::lround(wide.width))),
                             .height = std::min(frame.height_px() - top, static_cast<int>(std::lround(wide.height)))});
}

// Decodes the event once and cuts out every candidate.
core::Status picture(const EvidenceSource& source, const std::vector<Candidate>& candidates,
                     std::map<std::int64_t, std::vector<View>>& views) {
  auto opened = media::Source::open(source.input, {.format = media::PixelFormat::kRgb24, .stop = source.stop});
  if (!opened) return std::unexpected(opened.error());
  const MediaDuration since = source.begin - MediaTime();
  if (auto found = (*opened)->seek(candidates.front().time - since - kFrameSlack); !found) return found;
  auto next = candidates.begin();
  while (next != candidates.end()) {
    auto frame = (*opened)->read();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) break;
    const MediaTime time = (*frame)->pts() + since;
    for (; next != candidates.end() && next->time <= time + kFrameSlack; ++next) {
      auto shown = media::masked(**frame, source.mask);
      if (!shown) return std::unexpected(shown.error());
      const auto cut = cut_out(*shown, next->box);
      if (!cut) continue;
      const auto quality = vision::judge_picture(*cut, next->box, next->pose);
      if (quality) views[next->id].push_back({.time = time, .picture = *cut, .quality = *quality});
    }
  }
  for (auto& [id, mine] : views) {
    std::ranges::stable_sort(mine, [](const View& a, const View& b) { return a.quality.worth() > b.quality.worth(); });
  }
  return {};
}

struct FoundFace {
  MediaTime time;
  media::Frame picture;
  double worth = 0;
};

bool may_show_a_face(const View& view) { return view.quality.height_px * kHeadShare >= kSmallestFace; }

std::optional<FoundFace> find_face(vision::FaceFinder& finder, const std::vector<View>& views) {
  std::optional<FoundFace> best;
  for (const View& view : views | std::views::filter(may_show_a_face) | std::views::take(kFacePictures)) {
    const auto faces = finder.find(view.picture);
    if (!faces || faces->empty()) continue;
    const vision::Face& face = faces->front();
    const double worth = face.score * face.box.height;
    if (best && worth <= best->worth) continue;
    const float margin = face.box.height / 4;
    const auto cut = cut_out(view.picture, {.left = face.box.left - margin,
                                            .top = face.box.top - margin,
                                            .width = face.box.width + 2 * margin,
                                            .height = face.box.height + 2 * margin});
    if (cut) best = FoundFace{.time = view.time, .picture = *cut, .worth = worth};
  }
  return best;
}

// Why no face could be found.
std::string face_note(const std::vector<View>& views) {
  double most_facing = 0;
  for (const View& view : views) {
    most_facing = std::max(most_facing, view.quality.facing);
  }
  if (!std::ranges::any_of(views, may_show_a_face)) return "too small";
  return most_facing < kTurnedAway ? "turned away" : "occluded";
}

}  // namespace

void PeopleEvidence::collect(const EvidenceSource& source, const std::vector<core::FramePeople>& frames, const Place& place,
                             EventRecord& record) {
  if (record.event.people.empty()) return;
  if (source.info.live) {
    record.notes.push_back("the stream is live and not stored, so there are no pictures of people");
    return;
  }
  std::map<std::int64_t, std::vector<View>> views;
  const std::vector<Candidate> candidates = choose(frames, record.event);
  if (!candidates.empty()) {
    if (auto pictured = picture(source, candidates, views); !pictured) {
      record.notes.push_back("pictures of people are missing: " + pictured.error().message);
    }
  }
  for (const core::EventPerson& person : record.event.people) {
    PersonPictures pictures{.id = person.id, .crops = {}, .face = {}, .face_note = {}};
    const std::vector<View>& mine = views[person.id];
    const auto keep = [&](const media::Frame& shown, MediaTime time, std::string name) -> std::optional<PictureEvidence> {
      if (auto written = media::write_jpeg(shown, place.folder / name); !written) {
        record.notes.push_back("a picture is missing: " + written.error().message);
        return std::nullopt;
      }
      return PictureEvidence{.file = std::move(name), .time = time};
    };
    for (int i = 0; i < std::min(kPictures, static_cast<int>(mine.size())); ++i) {
      const View& view = mine[static_cast<std::size_t>(i)];
      const std::string name = place.names.person(person.id, std::format("{}", i + 1));
      if (auto kept = keep(view.picture, view.time, name)) pictures.crops.push_back(*kept);
    }
    if (faces_) {
      if (const auto face = find_face(*faces_, mine)) {
        pictures.face = keep(face->picture, face->time, place.names.person(person.id, "face"));
      } else {
        pictures.face_note = mine.empty() ? "not seen" : face_note(mine);
      }
    }
    record.people.push_back(std::move(pictures));
  }
}

}  // namespace vigil::pipeline
