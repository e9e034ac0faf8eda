// Time of a frozen detection network alone, or of a whole Detector:
//
//   detector_bench [--net NAME] [--input PX | --input WIDTHxHEIGHT] [--batch N] [--threads N] [--seconds S] [--float32]
//   detector_bench --model FILE --video FILE …        detect() of one frame after the other
//
// Prints one JSON line. Without a model's weights they are random: the time does not depend on them. With one thread the
// processor's time tells what an idle machine would take also where others use it. bench/detector.sh compares the networks
// with ONNX Runtime.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/memory.h"
#include "media/source.h"
#include "nets/detection_net.h"
#include "nn/conv_block.h"
#include "nn/device.h"
#include "vision/detector.h"

namespace {

using namespace vigil;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kFrames = 100;  // of the video

struct Options {
  std::string net = "yolox-nano", model, video;
  int width = 0, height = 0;  // 0: the network's own
  int batch = 1, threads = 1;
  double seconds = 3;
  nn::Precision precision = nn::Precision::kMixed16;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const auto value = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string(); };
    if (argument == "--float32") options.precision = nn::Precision::kFull32;
    if (argument == "--net") options.net = value();
    if (argument == "--model") options.model = value();
    if (argument == "--video") options.video = value();
    if (argument == "--input") {
      const std::string size = value();
      options.width = options.height = std::stoi(size);
      if (const auto cross = size.find('x'); cross != std::string::npos) options.height = std::stoi(size.substr(cross + 1));
    }
    if (argument == "--batch") options.batch = std::stoi(value());
    if (argument == "--threads") options.threads = std::stoi(value());
    if (argument == "--seconds") options.seconds = std::stod(value());
  }
  return options;
}

// What is to be timed, and what it says of itself.
struct Subject {
  std::string name;
  int width, height;
  int pictures;  // that one run looks at
  std::function<void()> run;
};

core::Result<Subject> network(const Options& options) {
  auto made = nets::make_detection_net(options.net, 80);
  if (!made) return std::unexpected(made.error());
  const auto net = *std::move(made);
  const int width = options.width > 0 ? options.width : net->input_px();
  const int height = options.height > 0 ? options.height : net->input_px();
  const nn::FreezeOptions how = nn::freeze_options(torch::kCPU, options.precision);
  net->eval();
  nn::freeze(*net, how);
  const torch::Tensor pictures =
      (torch::rand({options.batch, 3, height, width}) * 255).to(how.dtype).contiguous(at::MemoryFormat::ChannelsLast);
  return Subject{.name = options.net, .width = width, .height = height, .pictures = options.batch, .run = [net, pictures] {
                   net->grids(pictures);
                 }};
}

core::Result<Subject> detector(const Options& options) {
  auto made = vision::Detector::load(options.model, {.input_width_px = options.width,
                                                     .input_height_px = options.height,
                                                     .precision = options.precision,
                                                     .threads = options.threads});
  if (!made) return std::unexpected(made.error());
  auto source = media::Source::open(options.video);
  if (!source) return std::unexpected(source.error());
  auto frames = std::make_shared<std::vector<media::Frame>>();
  while (frames->size() < kFrames) {
    auto frame = (*source)->read();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) break;
    frames->push_back(**frame);
  }
  if (frames->empty()) return core::fail(core::ErrorCode::kUnreadable, options.video + " has no frame");
  const std::shared_ptr<vision::Detector> detector = *std::move(made);
  const vision::DetectorInfo& info = detector->info();
  auto next = std::make_shared<std::size_t>(0);
  auto found = std::make_shared<std::vector<std::vector<core::Detection>>>();
  return Subject{.name = info.name,
                 .width = info.input_width_px,
                 .height = info.input_height_px,
                 .pictures = 1,
                 .run = [detector, frames, next, found] {
                   const std::span frame(&(*frames)[(*next)++ % frames->size()], 1);
                   if (const auto done = detector->detect(frame, *found); !done)
                     throw std::runtime_error(done.error().message);
                 }};
}

struct Times {
  double median_ms, least_ms, processor_ms;
};

double median(std::vector<double>& values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

Times measure(const std::function<void()>& run, double seconds) {
  for (int i = 0; i < 3; ++i) run();
  std::vector<double> times, processor_times;
  const auto since = [](Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  };
  for (const auto begin = Clock::now(); since(begin) < seconds * 1e3;) {
    const auto one = Clock::now();
    const std::clock_t processor = std::clock();
    run();
    processor_times.push_back(static_cast<double>(std::clock() - processor) * 1e3 / CLOCKS_PER_SEC);
    times.push_back(since(one));
  }
  return {.median_ms = median(times), .least_ms = std::ranges::min(times), .processor_ms = median(processor_times)};
}

}  // namespace

int main(int argc, char** argv) {
  core::keep_freed_memory();
  const Options options = parse(argc, argv);
  nn::set_threads(options.threads);
  const c10::InferenceMode inference;
  const auto subject = options.model.empty() ? network(options) : detector(options);
  if (!subject) {
    std::fprintf(stderr, "detector_bench: %s\n", subject.error().message.c_str());
    return 1;
  }
  const Times times = measure(subject->run, options.seconds);
  const double count = subject->pictures;
  const bool full = nn::freeze_options(torch::kCPU, options.precision).dtype == torch::kFloat32;
  std::printf(
      "{\"engine\": \"vigil %s\", \"net\": \"%s\", \"input\": [%d, %d], \"batch\": %d, \"threads\": %d, \"ms\": %.3f, "
      "\"ms_per_picture\": %.3f, \"least_ms_per_picture\": %.3f, \"processor_ms_per_picture\": %.3f}\n",
      full ? "float32" : "bf16", subject->name.c_str(), subject->width, subject->height, subject->pictures, options.threads,
      times.median_ms, times.median_ms / count, times.least_ms / count, times.processor_ms / count);
  return 0;
}
