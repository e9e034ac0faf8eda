// Trains a detector of people on labelled pictures: recipe + pictures → weights, logs, report. What `vigil train` calls.
//
//   auto pictures = read_coco_folder("street", "person", CocoPart::kTraining);
//   auto run = train_detector(*recipe, *pictures, {.out = "runs/person-nano"});
//   auto detector = vision::Detector::load(run->weights);
//
// Networks of nets/detection_net.h, the loss of learn/detection_loss.h, the loop of learn/trainer.h with its exact resume.
// Nothing is chosen by looking at pictures: with trainer.monitor "last" the last epoch's weights are kept, averaged where
// the recipe averages. Seeds torch's generator with the recipe's seed, so one run at a time per process. Blocks. Free of
// torch.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "learn/coco_boxes.h"
#include "learn/recipe.h"

namespace vigil::learn {

// Whether recipe.net names a detector.
bool trains_detector(const Recipe& recipe);

struct DetectorTrainingOptions {
  std::filesystem::path out;           // made when missing; holds weights.safetensors and all that learn/trainer.h lists
  std::filesystem::path weights = {};  // what recipe.net.weights names: of the same network, with as many classes or more,
                                       // of which the first is a person; empty: random weights
  std::string device = "auto";         // "auto", "cpu", "cuda", "cuda:N"
  int threads = 0;                     // torch's; 0: one per core
  bool resume = false;                 // go on from out/last.ckpt where there is one
  bool overwrite = false;              // start afresh although `out` holds a run
  std::stop_token stop = {};
  core::ProgressSink progress = {};
};

struct DetectorTrainingOutcome {
  std::filesystem::path weights;  // a detector (vision/detector_model.h) of one class
  int epochs = 0;
  int best_epoch = 0;  // that is kept; counted from 0
  double loss = 0;     // of training, in that epoch
};

// Errors: kInvalidArgument (no such network or device, no pictures, weights of another network), kUnreadable (a picture,
// weights, a checkpoint of another recipe), kIo, kCancelled (stopped; resume goes on), kInternal.
core::Result<DetectorTrainingOutcome> train_detector(const Recipe& recipe, std::vector<CocoPicture> pictures,
                                                     const DetectorTrainingOptions& options);

}  // namespace vigil::learn
