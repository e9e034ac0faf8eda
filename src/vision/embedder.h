// Embedder: takes people in Frames, gives what each looks like as a vector, by which a Tracker knows them again. Free of
// torch.
//
//   auto embedder = Embedder::load("person-look.safetensors");
//   auto looks = (*embedder)->embed(people);   // one for each, of length 1
//
// A person's pixels are cut out of the frame and stretched to the network's input in one pass. People are shown in batches
// of one fixed size, so that a person's look does not depend, to the last bit, on who else is there or on the number of
// threads. One thread at a time; inside, torch uses its own threads.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/box.h"
#include "core/result.h"
#include "media/frame.h"
#include "nn/precision.h"
#include "vision/appearance_gallery.h"

namespace vigil::vision {

struct EmbedderOptions {
  nn::Precision precision = nn::Precision::kMixed16;
  std::string device = "auto";  // auto, cpu, cuda or cuda:N
  int threads = 0;              // above 0 sets torch's number for the whole process; 0 leaves it as it is

  core::Status validate() const;  // kInvalidArgument
};

struct EmbedderInfo {
  std::string name;  // of the weights
  int input_width_px = 0, input_height_px = 0;
  int length = 0;  // of an embedding
};

struct PersonView {
  const media::Frame* frame = nullptr;  // of I420 or RGB
  core::Box box;                        // in its pixels; may reach beyond it
};

class Embedder {
 public:
  // `model`: as load_embedder_model() of vision/embedder_model.h, with its errors, and kUnsupported (device),
  // kInvalidArgument (options).
  static core::Result<std::unique_ptr<Embedder>> load(const std::filesystem::path& model,
                                                      const EmbedderOptions& options = {});
  ~Embedder();

  const EmbedderInfo& info() const;

  // One embedding each, in order, of length 1; empty where less than 2 × 2 pixels of a box lie in its frame. Blocks. Errors:
  // kInvalidArgument (a frame without a picture, or grey only), kInternal.
  core::Result<std::vector<Embedding>> embed(std::span<const PersonView> people);

 private:
  struct Impl;
  explicit Embedder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::vision
