// Time of a Tracker alone: tracker_bench [--people N] [--frames N]; prints a JSON line for each of: no embeddings,
// embeddings of 512 numbers. People cross a street at 10 frames a second; now and then one is hidden. Galleries are full
// (100 each) before the clock starts.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "core/random.h"
#include "vision/tracker.h"

namespace {

using namespace vigil;

constexpr double kFrameRate = 10;
constexpr int kWarmUpFrames = 250;

double cpu_milliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

struct Walker {
  double x;
  double y;
  double speed;
  vision::Embedding look;
};

class Street {
 public:
  Street(std::size_t people, std::size_t numbers, double length_px) : length_px_(length_px) {
    for (std::size_t i = 0; i < people; ++i) {
      vision::Embedding look(numbers);
      for (float& value : look) value = number(-1, 1);
      const double speed = number(20, 120) * (i % 2 == 0 ? 1 : -1);
      walkers_.push_back(
          {.x = number(0, length_px), .y = number(0, length_px / 2), .speed = speed, .look = std::move(look)});
    }
  }

  void step() {
    detections.clear();
    embeddings.clear();
    for (Walker& walker : walkers_) {
      walker.x += walker.speed / kFrameRate;
      if (walker.x < 0 || walker.x > length_px_) walker.speed = -walker.speed;
      if (core::chance(rng_, 0.05)) continue;
      detections.push_back({.box = {.left = static_cast<float>(walker.x) + number(-2, 2),
                                    .top = static_cast<float>(walker.y) + number(-2, 2),
                                    .width = number(58, 62),
                                    .height = number(147, 153)},
                            .score = number(0.3, 1)});
      if (walker.look.empty()) continue;
      embeddings.push_back(walker.look);
      for (float& value : embeddings.back()) value += number(-0.3, 0.3);
    }
  }

  std::vector<core::Detection> detections;
  std::vector<vision::Embedding> embeddings;

 private:
  float number(double low, double high) { return static_cast<float>(core::uniform(rng_, low, high)); }

  double length_px_;
  core::Rng rng_ = core::make_rng({20});
  std::vector<Walker> walkers_;
};

void measure(std::size_t people, std::size_t numbers, double length_px, int frames) {
  Street street(people, numbers, length_px);
  auto tracker = vision::Tracker::create();
  std::vector<double> times;
  std::size_t tracks = 0;
  for (int frame = 0; frame < kWarmUpFrames + frames; ++frame) {
    street.step();
    const double begin = cpu_milliseconds();
    const auto found =
        tracker->update(core::MediaTime::from_seconds(frame / kFrameRate), street.detections, street.embeddings);
    const double time = cpu_milliseconds() - begin;
    if (frame < kWarmUpFrames) continue;
    times.push_back(time);
    tracks += found.size();
  }
  std::ranges::sort(times);
  double sum = 0;
  for (const double time : times) sum += time;
  const auto count = static_cast<double>(times.size());
  std::printf(
      "{\"people\": %zu, \"embedding\": %zu, \"frames\": %zu, \"tracks_per_frame\": %.1f, \"ms\": %.4f, \"median_ms\": "
      "%.4f, "
      "\"p99_ms\": %.4f}\n",
      people, numbers, times.size(), static_cast<double>(tracks) / count, sum / count, times[times.size() / 2],
      times[times.size() * 99 / 100]);
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t people = 20;
  int frames = 2000;
  double street_px = 1920;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string argument = argv[i];
    if (argument == "--people") people = std::stoul(argv[i + 1]);
    if (argument == "--frames") frames = std::max(1, std::stoi(argv[i + 1]));
    if (argument == "--street") street_px = std::stod(argv[i + 1]);
  }
  for (const std::size_t numbers : {0, 512}) measure(people, numbers, street_px, frames);
  return 0;
}
