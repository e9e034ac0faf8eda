// Time of a frozen detection network alone: detector_bench [--net NAME] [--input PX | --input WIDTHxHEIGHT] [--batch N]
// [--threads N] [--seconds S] [--float32]; prints one JSON line. Random weights: the time does not depend on them. With one
// thread the processor's time tells what an idle machine would take also where others use it.
//
// bench/detector.sh compares it with ONNX Runtime.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/memory.h"
#include "nets/detection_net.h"
#include "nn/conv_block.h"
#include "nn/device.h"

namespace {

using namespace vigil;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double processor_milliseconds() { return static_cast<double>(std::clock()) * 1e3 / CLOCKS_PER_SEC; }

double median(std::vector<double>& values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  core::keep_freed_memory();
  std::string name = "yolox-nano";
  std::int64_t width = 0, height = 0;
  std::int64_t batch = 1;
  int threads = 1;
  double seconds = 3;
  auto precision = nn::Precision::kMixed16;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const auto value = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string(); };
    if (argument == "--float32") precision = nn::Precision::kFull32;
    if (argument == "--net") name = value();
    if (argument == "--input") {
      const std::string size = value();
      width = height = std::stoll(size);
      if (const auto cross = size.find('x'); cross != std::string::npos) height = std::stoll(size.substr(cross + 1));
    }
    if (argument == "--batch") batch = std::stoll(value());
    if (argument == "--threads") threads = std::stoi(value());
    if (argument == "--seconds") seconds = std::stod(value());
  }
  nn::set_threads(threads);
  const c10::InferenceMode inference;
  const auto made = nets::make_detection_net(name, 80);
  if (!made) {
    std::fprintf(stderr, "detector_bench: %s\n", made.error().message.c_str());
    return 1;
  }
  const auto& net = *made;
  net->eval();
  if (width == 0) width = height = net->input_px();
  const nn::FreezeOptions how = nn::freeze_options(torch::kCPU, precision);
  nn::freeze(*net, how);
  const torch::Tensor pictures =
      (torch::rand({batch, 3, height, width}) * 255).to(how.dtype).contiguous(at::MemoryFormat::ChannelsLast);

  for (int i = 0; i < 3; ++i) net->grids(pictures);
  std::vector<double> times, processor_times;
  for (const auto begin = Clock::now(); milliseconds_since(begin) < seconds * 1e3;) {
    const auto one = Clock::now();
    const double processor = processor_milliseconds();
    net->grids(pictures);
    processor_times.push_back(processor_milliseconds() - processor);
    times.push_back(milliseconds_since(one));
  }
  const double ms = median(times);
  const auto count = static_cast<double>(batch);
  std::printf(
      "{\"engine\": \"vigil %s\", \"net\": \"%s\", \"input\": [%ld, %ld], \"batch\": %ld, \"threads\": %d, \"ms\": %.3f, "
      "\"ms_per_picture\": %.3f, \"least_ms_per_picture\": %.3f, \"processor_ms_per_picture\": %.3f}\n",
      how.dtype == torch::kFloat32 ? "float32" : "bf16", name.c_str(), static_cast<long>(width), static_cast<long>(height),
      static_cast<long>(batch), threads, ms, ms / count, times.front() / count, median(processor_times) / count);
  return 0;
}
