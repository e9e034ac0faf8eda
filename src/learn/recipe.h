// Recipe: everything that decides a training run except the data itself, read from a TOML file and checked strictly.
//
//   auto recipe = load_recipe("recipes/seed-3dcnn.toml", {"optimizer.lr=1e-4", "trainer.max_epochs=3"});
//   if (!recipe) return std::unexpected(recipe.error());   // "optimizer.lr = -1: must lie above 0 and at most 10"
//
// Sections of the file carry the names of the members here, keys the names of the fields. An unknown key, a wrong type or a
// value out of range is an error that names the key, the value and what is allowed. A missing key takes the default below.
// Plain values, safe from any thread. Free of torch.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "nn/precision.h"
#include "vision/clip_input.h"

namespace vigil::learn {

// What of the pictures window features are made of: "picture": all of it; "people": the part where people are.
enum class FeatureRegion { kPicture, kPeople };

// [data]: which windows of each clip are shown, and how they are fetched. What each frame goes through is [transform].
struct DataRecipe {
  double clip_seconds = 2;           // length of a window; training draws its start uniformly; 0.04–60
  int validation_windows = 1;        // windows spread over each clip when validating during training; 1–64
  int eval_windows = 3;              // the same for `vigil eval` and `vigil predict`; more is steadier and slower; 1–64
  double validation_fraction = 0.2;  // of the training clips (whole groups) kept for validation where the data set itself
                                     // names none; 0–0.5, 0: no validation
  int feature_views = 0;    // nets on window features: changed versions of each window; 0–64 (learn/feature_table.h)
  int feature_repeat = 20;  // nets on window features: rows shown per clip and epoch; 1–10,000
  FeatureRegion feature_region = FeatureRegion::kPicture;  // nets on window features
  int workers = 0;                          // decoding threads, 0: one per core; 0–64. Changes speed, never results
  int prefetch_batches = 4;                 // batches decoded ahead; 1–64; more smooths and costs memory
  bool skip_broken = false;                 // a file that cannot be read is skipped with a warning instead of ending the run
  std::string positive_class = "violence";  // name of label 1
  std::string negative_class = "non-violence";  // name of label 0
};

struct NetRecipe {
  std::string name = "seed-3dcnn";  // one of nets::clip_net_names(), a detector of nets/detection_net.h, or "osnet-x0.25"
  // Nets on features of a frozen trunk: a clip model (name or file) that has one, or a Keras ResNet-50 as a TensorFlow.js
  // model.json ("resnet50"), which nets on pictures of people need.
  std::string trunk = "";
  std::string weights = "";     // detectors: those of the same network to start from, a name or file; empty: drawn at random
  int frozen_convolutions = 0;  // detectors: so many of the first ones stay as they were; 0–1000. More is faster
  bool fixed_norm = false;      // detectors: batch normalisation keeps its running statistics, as where they are folded away
};

// [detection]: detectors only: how pictures are shown in training (learn/picture_placing.h).
struct DetectionRecipe {
  int input_px = 416;      // side of the square; a multiple of 32, 32–2048; what the weights are served at
  int train_px = 0;        // side in training, where smaller pictures are to save time; 0: input_px
  double scale_min = 0.5;  // the longer side becomes input_px times a factor from scale_min to scale_max; 0.05–20
  double scale_max = 1.5;
  double mosaic_probability = 1;  // of four pictures in one; 0–1
  int plain_epochs = 2;           // the last so many are without mosaics and with the L1 loss; 0–100,000
};

// [looks]: networks for people's looks only (learn/embedder_training.h). A batch shows trainer.batch_size / pictures people.
struct LooksRecipe {
  int input_width_px = 64;  // that a person is stretched to, in training and served; 32–1024
  int input_height_px = 128;
  int embedding = 128;       // numbers that a look has; 2–4096
  int pictures = 4;          // of each person in a batch; 2–64
  double temperature = 0.1;  // of the loss; 0.001–10. Lower: the nearest others count more
  int held_out_every = 5;    // so that every so manieth scene is never trained on; 0–1000, 0: none
};

enum class OptimizerKind { kAdamW, kAdam, kSgd };  // "adamw", "adam", "sgd"

struct OptimizerRecipe {
  OptimizerKind kind = OptimizerKind::kAdamW;
  double lr = 1e-3;            // above 0, at most 10
  double weight_decay = 0.01;  // 0–10; decoupled for AdamW, L2 for Adam and SGD
  double beta1 = 0.9;          // AdamW, Adam: [0, 1)
  double beta2 = 0.999;        // AdamW, Adam: [0, 1)
  double eps = 1e-8;           // AdamW, Adam: above 0
  double momentum = 0.9;       // SGD: [0, 1)
  bool nesterov = false;       // SGD
};

enum class ScheduleKind { kConstant, kCosine, kStep };  // "constant", "cosine", "step"

// The learning rate of each epoch; steps once per epoch.
struct ScheduleRecipe {
  ScheduleKind kind = ScheduleKind::kConstant;
  int t_max = 10;         // cosine: epochs from lr down to eta_min; beyond it the rate rises again, as the cosine does
  double eta_min = 1e-6;  // cosine: lowest rate
  int step_epochs = 10;   // step: the rate is multiplied by gamma every so many epochs
  double gamma = 0.1;     // step: above 0, at most 1
  int warmup_epochs = 0;  // the rate rises linearly over the first so many epochs, on top of any kind
};

// What decides which checkpoint is the best, and early stopping. "val_loss" (lower is better), "val_auc", "val_accuracy",
// "val_f1"; "last": nothing is chosen, the newest epoch is the best.
enum class Monitor { kValLoss, kValAuc, kValAccuracy, kValF1, kLast };

struct TrainerRecipe {
  std::int64_t seed = 1;                             // of weights, order, windows and augmentation; 0 or more
  int min_epochs = 1;                                // early stopping waits for them
  int max_epochs = 10;                               // at least min_epochs
  int batch_size = 8;                                // clips
  int accumulate_batches = 1;                        // batches per optimizer step
  double gradient_clip_norm = 0;                     // 0: off
  nn::Precision precision = nn::Precision::kFull32;  // "32", "16-mixed", "bf16-mixed"
  int limit_train_batches = 0;                       // per epoch; 0: all
  int limit_val_batches = 0;                         // per validation; 0: all
  int limit_test_batches = 0;                        // per test; 0: all
  int early_stop_patience = 0;                       // epochs without a better monitor after which training stops; 0: never
  double early_stop_min_delta = 0;                   // by how much the monitor must improve to count as better for stopping
  Monitor monitor = Monitor::kValLoss;
  double ema_decay = 0;    // of the running average of the weights that is validated and kept; [0, 1), 0: off
  double threshold = 0.5;  // probability at or above which a clip counts as violent; (0, 1)
};

// Binary cross-entropy on logits.
struct LossRecipe {
  double pos_weight = 1;       // weight of violent clips against the others; above 0, at most 1000
  double label_smoothing = 0;  // labels become 0 + s/2 and 1 − s/2; [0, 1)
};

struct Recipe {
  std::string name;  // of the run and of its weights; required
  DataRecipe data;
  vision::ClipInput transform;  // [transform] frames, short_side_min, short_side_max, crop, mean, std, flip_probability
  NetRecipe net;
  DetectionRecipe detection;
  LooksRecipe looks;
  LossRecipe loss;
  OptimizerRecipe optimizer;
  ScheduleRecipe schedule;
  TrainerRecipe trainer;
};

// `overrides`: "section.key=value" as on the command line, applied before checking; a value that is not TOML counts as a
// string. Errors: kInvalidArgument (everything a user can get wrong; `origin` names the file), naming key, value and remedy.
core::Result<Recipe> parse_recipe(std::string_view toml, std::string_view origin,
                                  const std::vector<std::string>& overrides = {});

// Errors: kNotFound, kIo, and as parse_recipe.
core::Result<Recipe> load_recipe(const std::filesystem::path& path, const std::vector<std::string>& overrides = {});

// The whole recipe, defaults written out; parse_recipe gives the same recipe back.
std::string to_toml(const Recipe& recipe);

std::string_view to_string(Monitor monitor);

}  // namespace vigil::learn
