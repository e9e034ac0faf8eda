// Tracklets: pictures of people, each cut out of a video again and again while the tracker was sure of them; what a network
// for people's looks learns from without anybody naming anyone.
//
//   auto tracklets = read_tracklets("street");
//   for (const Tracklet& person : *tracklets) use(person.pictures);
//
// A folder holds tracklets.json and the pictures it names. Files are not trusted. Blocks on disk; free of torch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace vigil::learn {

struct TrackletPicture {
  std::filesystem::path file;
  core::MediaTime time;
};

struct Tracklet {
  std::string scene;  // videos of one scene may show the same people
  std::string video;
  std::int64_t track = 0;                 // one person within the video
  core::MediaTime begin, end;             // first and last seen
  std::vector<TrackletPicture> pictures;  // in order of time
};

// Whether two tracklets cannot show one person: two places at one time, or places that have nothing to do with each other.
bool surely_different(const Tracklet& a, const Tracklet& b);

struct TrackletSet {
  std::string settings;          // what they were cut with
  std::set<std::string> videos;  // looked through, those without people too
  std::vector<Tracklet> tracklets;
};

// `folder`: with tracklets.json. Errors: kNotFound, kIo, kUnreadable (not such a file; names it).
core::Result<TrackletSet> read_tracklets(const std::filesystem::path& folder);

// Atomic. Files are written relative to `folder`, which they must lie in. Errors: kIo.
core::Status write_tracklets(const std::filesystem::path& folder, const TrackletSet& set);

// Scenes in the order of their names, every `every`-th of them (the third, and so on from there) held out of training; 0:
// none.
std::set<std::string> held_out_scenes(const std::vector<Tracklet>& tracklets, int every);

}  // namespace vigil::learn
