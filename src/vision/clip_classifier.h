// ClipClassifier: takes the Frames of one window, gives the probability of violence in it. Free of torch, so that behaviour
// and pipeline can use it.
//
//   auto classifier = ClipClassifier::load("models/violence-clip.safetensors");
//   auto scores = (*classifier)->classify(windows);   // one per window, in [0, 1]
//
// One thread at a time; inside, torch uses its own threads. Batched windows give what single ones give (within 1e-4). Keeps
// the frames of the last windows.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/people.h"
#include "core/result.h"
#include "core/time.h"
#include "media/frame.h"
#include "media/source.h"

namespace vigil::vision {

// What the weights were trained to be shown; read from the weights file's own metadata.
struct ClipClassifierInfo {
  std::string name;                    // "violence-clip"
  core::MediaDuration window;          // length of a window
  int frames = 0;                      // of a window
  core::MediaDuration frame_interval;  // between them: the frame nearest to each such time; zero: uniformly by number
  media::OutputSize input_size;        // what frames should be decoded to; media::SourceOptions::size
  media::PixelFormat format = media::PixelFormat::kRgb24;
  double threshold = 0.5;        // probability at or above which a single clip counts as violent
  double event_threshold = 0.5;  // at which an event opens; with a person model kEventThreshold, else as `threshold`
  std::string positive_class;    // "violence"
  std::string negative_class;    // "non-violence"
};

// The frames of one window in rising order of time; exactly info().frames of them.
using FrameWindow = std::vector<media::Frame>;

struct ClipClassifierOptions {
  int threads = 0;                    // torch's intra-op threads; 0: as many as cores
  std::filesystem::path person = {};  // weights that say who is violent, trained on this classifier's features; empty: none
};

// A window, and who was in it.
struct SceneWindow {
  FrameWindow frames;                              // as classify() takes them
  core::MediaTime begin;                           // of the window
  std::span<const core::FramePeople> people = {};  // of the window, in rising order of time
  int frame_width_px = 0, frame_height_px = 0;     // of the frames that `people` are in; above 0 where there are any
};

// What is said of it.
struct SceneScore {
  double scene = 0;                       // [0, 1] probability of violence in the window, people and picture together
  std::vector<core::PersonScore> people;  // by id
};

class ClipClassifier {
 public:
  // `weights`: a safetensors file written by `vigil train`. Errors: kNotFound, kUnreadable (not such a file, or names and
  // shapes that do not fit the network it names), kUnsupported (unknown network).
  static core::Result<std::unique_ptr<ClipClassifier>> load(const std::filesystem::path& weights,
                                                            ClipClassifierOptions options = {});
  ~ClipClassifier();

  const ClipClassifierInfo& info() const;

  // One probability per window; of a net with several heads the one that all of them agree on (nets/clip_net.h). Windows
  // that share frames with others of this call or of the one before cost less. Blocks. Errors: kInvalidArgument (wrong
  // number of frames), kInternal.
  core::Result<std::vector<double>> classify(const std::vector<FrameWindow>& windows);

  // One score per window. With weights for people the scene's probability and each person's come from both networks,
  // calibrated (vision/scene_fusion.h), and never lie above that of classify(), on which all heads agree: a false alarm
  // costs more than a late one. Without, the scene's is that of classify() and nobody is judged. Errors: as classify().
  core::Result<std::vector<SceneScore>> judge(const std::vector<SceneWindow>& windows);

  // The name of the weights for people; empty: none.
  const std::string& person_model() const;

 private:
  struct Impl;
  explicit ClipClassifier(std::unique_ptr<Impl> impl);
  static core::Status load_person(const std::filesystem::path& weights, Impl& impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::vision
