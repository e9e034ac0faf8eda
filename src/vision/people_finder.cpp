#include "vision/people_finder.h"

#include "core/check.h"
#include "vision/pose_matching.h"

namespace vigil::vision {
namespace {

using core::Result;

class NetworkPeopleFinder : public PeopleFinder {
 public:
  explicit NetworkPeopleFinder(PeopleNetworks networks) : networks_(std::move(networks)) {
    VIGIL_CHECK(networks_.detector || networks_.pose, "something that finds people");
    info_.detector = networks_.detector ? networks_.detector->info().name : networks_.pose->info().name;
    if (networks_.pose) info_.pose = networks_.pose->info().name;
    if (networks_.embedder) info_.embedder = networks_.embedder->info().name;
  }

  const PeopleFinderInfo& info() const override { return info_; }

  std::vector<core::StageTime> times() const override {
    std::vector<core::StageTime> times;
    if (networks_.detector) times.push_back(detect_);
    if (networks_.pose) times.push_back(pose_);
    if (networks_.embedder) times.push_back(embed_);
    return times;
  }

  Result<std::vector<std::vector<FoundPerson>>> find(std::span<const media::Frame> frames) override {
    std::vector<std::vector<FoundPerson>> out(frames.size());
    if (networks_.detector) {
      const core::StageClock clock(detect_, frames.size());
      const auto found = networks_.detector->detect(frames);
      if (!found) return std::unexpected(found.error());
      for (std::size_t i = 0; i < frames.size(); ++i) {
        for (const core::Detection& detection : (*found)[i])
          out[i].push_back({.detection = detection, .pose = {}, .look = {}});
      }
    }
    if (networks_.pose) {
      const core::StageClock clock(pose_, frames.size());
      const auto people = networks_.pose->estimate(frames);
      if (!people) return std::unexpected(people.error());
      for (std::size_t i = 0; i < frames.size(); ++i) give_poses((*people)[i], out[i]);
    }
    if (networks_.embedder) {
      if (auto looked = give_looks(frames, out); !looked) return std::unexpected(looked.error());
    }
    return out;
  }

 private:
  core::Status give_looks(std::span<const media::Frame> frames, std::vector<std::vector<FoundPerson>>& found) {
    const core::StageClock clock(embed_, frames.size());
    std::vector<PersonView> views;
    std::vector<FoundPerson*> people;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      for (FoundPerson& person : found[i]) {
        if (person.detection.score < networks_.min_look_score) continue;
        views.push_back({.frame = &frames[i], .box = person.detection.box});
        people.push_back(&person);
      }
    }
    auto looks = networks_.embedder->embed(views);
    if (!looks) return std::unexpected(looks.error());
    for (std::size_t i = 0; i < people.size(); ++i) people[i]->look = std::move((*looks)[i]);
    return {};
  }

  void give_poses(const std::vector<core::PersonPose>& people, std::vector<FoundPerson>& found) {
    if (!networks_.detector) {
      for (const core::PersonPose& person : people) {
        found.push_back({.detection = {.box = person.box, .score = person.score, .class_id = kPersonClass},
                         .pose = person.pose,
                         .look = {}});
      }
      return;
    }
    boxes_.clear();
    for (const FoundPerson& person : found) boxes_.push_back(person.detection);
    const auto pose_of = match_poses(boxes_, people);
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (pose_of[i]) found[i].pose = people[*pose_of[i]].pose;
    }
  }

  PeopleNetworks networks_;
  PeopleFinderInfo info_;
  std::vector<core::Detection> boxes_;
  core::StageTime detect_{.stage = "detect"};
  core::StageTime pose_{.stage = "pose"};
  core::StageTime embed_{.stage = "embed"};
};

}  // namespace

std::unique_ptr<PeopleFinder> network_people_finder(PeopleNetworks networks) {
  return std::make_unique<NetworkPeopleFinder>(std::move(networks));
}

}  // namespace vigil::vision
