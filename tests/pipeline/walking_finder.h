// A stand-in for the networks that find people, whose answer a test can work out: one person per white square in the
// picture, with a nose in its middle. Videos for it come from walking_video().
#pragma once

#include <filesystem>
#include <string>

#include "vision/people_finder.h"

namespace vigil::test {

class WalkingFinder : public vision::PeopleFinder {
 public:
  const vision::PeopleFinderInfo& info() const override { return info_; }
  core::Result<std::vector<std::vector<vision::FoundPerson>>> find(std::span<const media::Frame> frames) override;

  int frames_seen() const { return frames_seen_; }

 private:
  vision::PeopleFinderInfo info_{.detector = "white squares", .pose = "middles", .embedder = {}};
  int frames_seen_ = 0;
};

// 320 × 240, grey, 25 frames a second; each expression of t says where a white square of 32 pixels is: "x=40+t*30:y=100".
std::filesystem::path walking_video(const std::string& name, double seconds, const std::vector<std::string>& squares);

}  // namespace vigil::test
