// Throughput of the training loader: loader_bench DATA [--workers N] [--epochs N] [--every K] [--set k=v …]
// prints one JSON line. --every K takes each K-th clip only.
//
// Loads whole epochs of the seed recipe's training batches and throws them away; bench/loader.sh compares it with Python.
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "core/memory.h"
#include "learn/clip_dataset.h"
#include "learn/clip_loader.h"
#include "learn/recipe.h"

namespace {

using namespace vigil;

int fail(const core::Error& error) {
  std::fprintf(stderr, "loader_bench: %s\n", error.message.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  core::keep_freed_memory();
  std::string data;
  int epochs = 2;
  std::size_t every = 1;
  std::vector<std::string> overrides;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--epochs" && i + 1 < argc) {
      epochs = std::stoi(argv[++i]);
    } else if (argument == "--every" && i + 1 < argc) {
      every = std::stoul(argv[++i]);
    } else if (argument == "--workers" && i + 1 < argc) {
      overrides.push_back(std::string("data.workers=") + argv[++i]);
    } else if (argument == "--set" && i + 1 < argc) {
      overrides.emplace_back(argv[++i]);
    } else {
      data = argument;
    }
  }
  const auto recipe = learn::load_recipe(VIGIL_SOURCE_DIR "/recipes/seed-3dcnn.toml", overrides);
  if (!recipe) return fail(recipe.error());
  const auto dataset = learn::open_dataset(data);
  if (!dataset) return fail(dataset.error());
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < dataset->all.size(); i += every) chosen.push_back(i);
  auto loader = learn::ClipLoader::create(dataset->all.subset(chosen), learn::training_loader(*recipe));
  if (!loader) return fail(loader.error());

  long clips = 0;
  const auto started = std::chrono::steady_clock::now();
  for (int epoch = 0; epoch < epochs; ++epoch) {
    (*loader)->start_epoch(epoch);
    for (;;) {
      auto batch = (*loader)->next();
      if (!batch) return fail(batch.error());
      if (!*batch) break;
      clips += (**batch).inputs.size(0);
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  std::printf("{\"loader\": \"vigil\", \"clips\": %ld, \"seconds\": %.3f, \"clips_per_second\": %.2f}\n", clips, seconds,
              static_cast<double>(clips) / seconds);
  return 0;
}
