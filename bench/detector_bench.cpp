// Time of a frozen YOLOX network alone: detector_bench [--net NAME] [--input PX] [--batch N] [--threads N] [--seconds S]
// [--float32]; prints one JSON line. Random weights: the time does not depend on them.
//
// bench/detector.sh compares it with ONNX Runtime.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/memory.h"
#include "nets/yolox.h"
#include "nn/device.h"

namespace {

using namespace vigil;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  core::keep_freed_memory();
  std::string name = "yolox-nano";
  std::int64_t input = 0;
  std::int64_t batch = 1;
  int threads = 1;
  double seconds = 3;
  auto precision = nn::Precision::kMixed16;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const auto value = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string(); };
    if (argument == "--float32") precision = nn::Precision::kFull32;
    if (argument == "--net") name = value();
    if (argument == "--input") input = std::stoll(value());
    if (argument == "--batch") batch = std::stoll(value());
    if (argument == "--threads") threads = std::stoi(value());
    if (argument == "--seconds") seconds = std::stod(value());
  }
  const auto variant = nets::yolox_variant(name);
  if (!variant) {
    std::fprintf(stderr, "detector_bench: no network is called %s\n", name.c_str());
    return 1;
  }
  if (input == 0) input = variant->input_px;
  nn::set_threads(threads);
  const c10::InferenceMode inference;
  nets::Yolox net(*variant, 80);
  net->eval();
  const nn::FreezeOptions how = nn::freeze_options(torch::kCPU, precision);
  nn::freeze(*net, how);
  const torch::Tensor pictures =
      (torch::rand({batch, 3, input, input}) * 255).to(how.dtype).contiguous(at::MemoryFormat::ChannelsLast);

  for (int i = 0; i < 3; ++i) net->grids(pictures);
  std::vector<double> times;
  for (const auto begin = Clock::now(); milliseconds_since(begin) < seconds * 1e3;) {
    const auto one = Clock::now();
    net->grids(pictures);
    times.push_back(milliseconds_since(one));
  }
  std::ranges::sort(times);
  std::printf(
      "{\"engine\": \"vigil %s\", \"net\": \"%s\", \"input\": %ld, \"batch\": %ld, \"threads\": %d, \"ms\": %.3f, "
      "\"ms_per_picture\": %.3f}\n",
      how.dtype == torch::kFloat32 ? "float32" : "bf16", name.c_str(), static_cast<long>(input), static_cast<long>(batch),
      threads, times[times.size() / 2], times[times.size() / 2] / static_cast<double>(batch));
  return 0;
}
