// PersonSequence: what one person did in a window as numbers over time: posture, its change, the body's way, and the nearest
// other person; what the networks that judge people are shown. Free of torch.
//
//   for (const PersonSequence& person : person_sequences(frames, window_begin)) judge(person.id, person.steps);
//
// Nothing in it tells where in the picture the person stands, how large, or which camera it was: positions are relative to
// the body and in its own lengths, speeds per second. Plain values; deterministic; callable from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/people.h"
#include "core/time.h"
#include "vision/window_rate.h"

namespace vigil::vision {

// The numbers of one step, in order.
struct PersonStep {
  // Key points relative to the middle of the torso in torso lengths, at most 4 either way, and their scores; 17 × (x, y,
  // score). Zeros without a pose.
  static constexpr int kPosture = 51;
  // Speeds of the key points beside the body's own, in torso lengths per second / 8, at most 1 either way; 17 × (x, y).
  static constexpr int kLimbSpeed = 34;
  // The box: speed of its middle in heights per second (x, y), rate of change of the height's logarithm, width over height,
  // seen (1) or expected there (0), pose found (1).
  static constexpr int kBody = 6;
  // The nearest other person: there (1); way to their middle in heights (x, y); distance; speed of approach; speed across;
  // overlap (IoU); logarithm of their height over this one's; nearness of this one's wrists to their head and chest; the
  // same the other way round. Nearness: 1 / (1 + distance in heights).
  static constexpr int kNearest = 10;
  static constexpr int kSize = kPosture + kLimbSpeed + kBody + kNearest;

  std::array<float, kSize> values{};
};

struct PersonSequence {
  std::int64_t id = 0;                            // Track::id
  std::array<PersonStep, kWindowFrames> steps{};  // kWindowInterval apart
  std::array<core::Box, kWindowFrames> boxes{};   // in pixels of the frame; empty where the person was not there
};

// `frames` rise in time; of each step the nearest within half a second counts. Those who were there in at least `min_steps`
// of the steps, by id.
std::vector<PersonSequence> person_sequences(std::span<const core::FramePeople> frames, core::MediaTime begin,
                                             int min_steps = 4);

}  // namespace vigil::vision
