// The BatchSources that a network is trained and measured with: clips decoded anew each epoch (learn/clip_loader.h), or
// window features computed once (learn/feature_source.h), as the network wants it. Where the two kinds of network part ways.
//
//   auto sources = make_training_sources(*net, recipe, clips, {.trunk = path, .cache = folder});
//   auto source = make_eval_source(*net, clips, {.windows = 3});
//
// The network must outlive nothing: sources keep what they need.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

#include "core/progress.h"
#include "learn/batch_source.h"
#include "learn/clip_division.h"
#include "learn/clip_people.h"
#include "learn/feature_table.h"
#include "learn/recipe.h"
#include "nets/clip_net.h"
#include "vision/clip_input.h"

namespace vigil::learn {

// For nets on window features or on people; the others ignore it.
struct FeatureFiles {
  std::filesystem::path trunk = {};             // what recipe.net.trunk names
  std::filesystem::path cache = {};             // where features are kept between runs; empty: nowhere
  std::shared_ptr<PeopleProvider> people = {};  // who is in the clips, for nets that look at people
};

// Those without clips are empty.
struct TrainingSources {
  std::unique_ptr<BatchSource> train;
  std::unique_ptr<BatchSource> validation;
  std::unique_ptr<BatchSource> test;
  std::function<std::int64_t()> skipped_clips;  // so far, under data.skip_broken
};

struct TrainingSourceOptions {
  FeatureFiles files;
  std::stop_token stop = {};
  core::ProgressSink progress = {};
};

// Prepares `net` where that needs the clips: loads its trunk, fits its standardisation. Errors: kInvalidArgument (no trunk
// named), kUnreadable, kNotFound, kIo, kCancelled.
core::Result<TrainingSources> make_training_sources(nets::ClipNet& net, const Recipe& recipe, const DividedClips& clips,
                                                    const TrainingSourceOptions& options);

struct EvalSourceOptions {
  vision::ClipInput input = {};  // nets on clips
  int windows = 3;               // per clip, for nets on clips; features have as many as the clip is long
  int batch_size = 8;
  int workers = 0;
  bool skip_broken = false;
  FeatureFiles files = {};
  FeatureRegion region = FeatureRegion::kPicture;
  std::stop_token stop = {};
  core::ProgressSink progress = {};
};

// What a net on features or people looks at, of every clip in order. Errors: as below; kInvalidArgument for nets on clips.
core::Result<FeatureTable> make_eval_table(nets::ClipNet& net, const ClipSet& clips, const EvalSourceOptions& options);

// A row's `samples` entry is the clip's index in `clips`. Errors: as above.
core::Result<std::unique_ptr<BatchSource>> make_eval_source(nets::ClipNet& net, const ClipSet& clips,
                                                            const EvalSourceOptions& options);

}  // namespace vigil::learn
