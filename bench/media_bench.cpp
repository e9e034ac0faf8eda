// What reading costs in CPU seconds: sequential decoding, and sampling of clips. One line of tab-separated
// figures per measurement, for bench/media.py, which sets them against `ffmpeg -f null`.
//
//   media_bench decode FILE --threads 1
//   media_bench sample FILE --threads 1 --clips 40
#include <time.h>

#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "core/memory.h"
#include "core/random.h"
#include "media/clip_sampler.h"
#include "media/source.h"

namespace {

using namespace vigil;
using core::MediaDuration;
using core::MediaTime;

// Of all threads; what else runs on the machine does not count.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

int failed(const core::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

int decode(const std::string& path, const media::SourceOptions& options) {
  const double start = cpu_seconds();
  auto source = media::Source::open(path, options);
  if (!source) return failed(source.error());
  for (;;) {
    const auto frame = (*source)->read();
    if (!frame) return failed(frame.error());
    if (!*frame) break;
  }
  std::printf("decode\t%llu\t%.6f\n", static_cast<unsigned long long>((*source)->stats().frames), cpu_seconds() - start);
  return 0;
}

// Clips of two seconds at random places, ten frames each; every clip opens the file anew, as a loader over many files does.
int sample(const std::string& path, const media::SourceOptions& options, int clips) {
  auto whole = media::ClipSampler::open(path, {.source = options});
  if (!whole) return failed(whole.error());
  const double length = (*whole)->duration().seconds();
  core::Rng rng = core::make_rng({1});
  double cost = 0;
  for (int i = 0; i < clips; ++i) {
    const double begin = core::uniform(rng, 0, std::max(length - 2, 1e-6));
    const double start = cpu_seconds();
    auto sampler = media::ClipSampler::open(path, {.source = options});
    if (!sampler) return failed(sampler.error());
    const auto frames = (*sampler)->sample(MediaTime::from_seconds(begin), MediaTime::from_seconds(begin + 2), 10);
    if (!frames) return failed(frames.error());
    const double took = cpu_seconds() - start;
    cost += took;
    std::printf("clip\t%.6f\t%.6f\t%.6f\n", frames->front().pts().seconds(), frames->back().pts().seconds(), took);
  }
  std::printf("sample\t%d\t%.6f\n", clips, cost);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  core::keep_freed_memory();
  CLI::App app("Media throughput");
  std::string path;
  media::SourceOptions options;
  int clips = 40;
  int short_side = 0;
  app.require_subcommand(1);
  auto* decode_command = app.add_subcommand("decode", "every frame in order");
  auto* sample_command = app.add_subcommand("sample", "ten frames of two seconds, at random places");
  for (auto* command : {decode_command, sample_command}) {
    command->add_option("FILE", path)->required();
    command->add_option("--threads", options.decoder_threads);
    command->add_option("--short-side", short_side, "scale to this and convert to RGB, as training does; 0: as decoded");
  }
  sample_command->add_option("--clips", clips);
  CLI11_PARSE(app, argc, argv);
  if (short_side > 0) {
    options.size = media::FitShortSide{short_side};
    options.format = media::PixelFormat::kRgb24;
  }
  return decode_command->parsed() ? decode(path, options) : sample(path, options, clips);
}
