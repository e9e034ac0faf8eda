#include "station/turns.h"

#include <utility>

namespace vigil::station {
namespace {

class TurnScorer : public pipeline::ClipScorer {
 public:
  TurnScorer(std::unique_ptr<pipeline::ClipScorer> scorer, Turns& turns, Turns::Rank rank)
      : scorer_(std::move(scorer)), turns_(turns), rank_(rank) {}

  const vision::ClipClassifierInfo& info() const override { return scorer_->info(); }
  core::Result<std::vector<double>> score(const std::vector<vision::FrameWindow>& windows) override {
    const Turn turn(turns_, rank_);
    return scorer_->score(windows);
  }
  core::Result<std::vector<vision::SceneScore>> judge(const std::vector<vision::SceneWindow>& windows) override {
    const Turn turn(turns_, rank_);
    return scorer_->judge(windows);
  }
  std::string person_model() const override { return scorer_->person_model(); }

 private:
  std::unique_ptr<pipeline::ClipScorer> scorer_;
  Turns& turns_;
  const Turns::Rank rank_;
};

class TurnFinder : public vision::PeopleFinder {
 public:
  TurnFinder(std::unique_ptr<vision::PeopleFinder> finder, Turns& turns, Turns::Rank rank)
      : finder_(std::move(finder)), turns_(turns), rank_(rank) {}

  const vision::PeopleFinderInfo& info() const override { return finder_->info(); }
  core::Result<std::vector<std::vector<vision::FoundPerson>>> find(std::span<const media::Frame> frames) override {
    const Turn turn(turns_, rank_);
    return finder_->find(frames);
  }
  std::vector<core::StageTime> times() const override { return finder_->times(); }

 private:
  std::unique_ptr<vision::PeopleFinder> finder_;
  Turns& turns_;
  const Turns::Rank rank_;
};

}  // namespace

void Turns::take(Rank rank) {
  std::unique_lock lock(mutex_);
  const bool live = rank == Rank::kLive;
  int& waiting = live ? live_waiting_ : stored_waiting_;
  ++waiting;
  free_.wait(lock, [&] { return free_turns_ > 0 && (live || live_waiting_ == 0); });
  --waiting;
  --free_turns_;
}

int Turns::waiting() const {
  const std::scoped_lock lock(mutex_);
  return live_waiting_ + stored_waiting_;
}

void Turns::give() {
  {
    const std::scoped_lock lock(mutex_);
    ++free_turns_;
  }
  free_.notify_all();
}

std::unique_ptr<pipeline::ClipScorer> in_turn(std::unique_ptr<pipeline::ClipScorer> scorer, Turns& turns, Turns::Rank rank) {
  return std::make_unique<TurnScorer>(std::move(scorer), turns, rank);
}

std::unique_ptr<vision::PeopleFinder> in_turn(std::unique_ptr<vision::PeopleFinder> finder, Turns& turns, Turns::Rank rank) {
  if (!finder) return nullptr;
  return std::make_unique<TurnFinder>(std::move(finder), turns, rank);
}

}  // namespace vigil::station
