// Turns: lets those who compute share the machine: so many at a time as get cores of their own, cameras before uploaded
// videos. More would only take the cores from each other.
//
//   Turns turns(/*at_once=*/2);
//   auto scorer = in_turn(std::move(networks.scorer), turns, Turns::Rank::kLive);
//
// Callable from any thread.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "pipeline/clip_scorer.h"
#include "vision/people_finder.h"

namespace vigil::station {

class Turns {
 public:
  enum class Rank { kLive, kStored };

  explicit Turns(int at_once) : free_turns_(at_once) {}

  void take(Rank rank);
  void give();

  // Those that wait for one now.
  int waiting() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable free_;
  int free_turns_;
  int live_waiting_ = 0, stored_waiting_ = 0;
};

class Turn {
 public:
  Turn(Turns& turns, Turns::Rank rank) : turns_(turns) { turns_.take(rank); }
  ~Turn() { turns_.give(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Turns& turns_;
};

// The same, each call in its turn. `turns` outlives them.
std::unique_ptr<pipeline::ClipScorer> in_turn(std::unique_ptr<pipeline::ClipScorer> scorer, Turns& turns, Turns::Rank rank);
std::unique_ptr<vision::PeopleFinder> in_turn(std::unique_ptr<vision::PeopleFinder> finder, Turns& turns, Turns::Rank rank);

}  // namespace vigil::station
