// FeatureTable: the window features (vision/window_features.h) of a ClipSet, computed once and then trained on many times.
//
//   auto table = FeatureTable::compute(clips, net->trunk(), {.views = 2, .cache = cache_dir});
//   table->of(clip_index);   // the rows of one clip
//
// Each clip is seen through windows spread over it, each window as it is and in `views` randomly changed versions
// (vision/window_augment.h). What a row holds depends only on the clip's file, the trunk, the seed, and the row's window and
// view. With a cache folder every clip's rows are kept there, so that a run that was cut off, or the next fold, does not
// compute them again; an entry is used only for the same file (size and time of change), trunk and seed. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string_view>
#include <vector>

#include <torch/types.h>

#include "core/progress.h"
#include "core/result.h"
#include "learn/clip_people.h"
#include "learn/clip_set.h"
#include "nets/resnet50.h"
#include "nets/resnet_trunk.h"

namespace vigil::learn {

struct FeatureTableOptions {
  int views = 0;                     // changed versions of each window besides the plain one; 0–64; costs time in proportion
  std::uint64_t seed = 1;            // of the changes
  std::filesystem::path cache = {};  // empty: none
  bool skip_broken = false;          // a clip that cannot be read has no rows, with a warning
  std::stop_token stop = {};
  core::ProgressSink progress = {};  // in clips
};

// The rows of one clip: [windows, …] and [windows × views, …]. Of pictures, and of the part of them where people are, a row
// is kWindowFeatures numbers; of people [1 + kMostPeople, nets::kPersonRow] (nets/people_net.h), everybody, then the tallest
// first; of people with the pictures of them [kMostPeople, nets::kPersonCropRow], in half precision because they are many.
struct ClipFeatures {
  torch::Tensor plain;
  torch::Tensor changed;
};

class FeatureTable {
 public:
  // Errors: kUnreadable and kIo (names the clip), kCancelled (what was computed is in the cache), kInvalidArgument
  // (options).
  static core::Result<FeatureTable> compute(const ClipSet& clips, const nets::ResnetTrunk& trunk,
                                            const FeatureTableOptions& options);

  // Of the people in the windows. Errors: also those of `people`; kInvalidArgument (changed views, which people have none
  // of).
  static constexpr int kMostPeople = 8;
  static core::Result<FeatureTable> compute_people(const ClipSet& clips, const nets::ResnetTrunk& trunk,
                                                   PeopleProvider& people, const FeatureTableOptions& options);

  // Of the people in the windows, with what `network` says of the pictures of them. Errors: as compute_people().
  static core::Result<FeatureTable> compute_people_crops(const ClipSet& clips, const nets::Resnet50& network,
                                                         PeopleProvider& people, const FeatureTableOptions& options);

  // Of the smallest part of the picture that holds all people of the window; of the whole picture where nobody is. Errors:
  // as compute_people().
  static core::Result<FeatureTable> compute_people_regions(const ClipSet& clips, const nets::ResnetTrunk& trunk,
                                                           PeopleProvider& people, const FeatureTableOptions& options);

  const ClipSet& clips() const { return clips_; }  // those that could be read
  std::size_t index_of(std::size_t clip) const {
    return indices_[clip];
  }  // of clips().get(clip) in the set that was asked for
  const ClipFeatures& of(std::size_t clip) const { return rows_[clip]; }  // requires clip < clips().size()

  // Every row, plain and changed, of every clip: [rows, …]; what standardisation is fitted to.
  torch::Tensor all_rows() const;

 private:
  using Compute = std::function<core::Result<ClipFeatures>(const ClipItem&)>;
  static core::Result<FeatureTable> build(const ClipSet& clips, const torch::nn::Module& trunk, std::string_view kind,
                                          const FeatureTableOptions& options, const Compute& compute);

  ClipSet clips_;
  std::vector<std::size_t> indices_;
  std::vector<ClipFeatures> rows_;
};

}  // namespace vigil::learn
