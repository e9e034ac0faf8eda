#include "learn/detection_scoring.h"

#include <algorithm>
#include <chrono>
#include <format>
#include <map>

#include "learn/picture_file.h"
#include "media/source.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr std::size_t kBatch = 8;
constexpr int kMaxEvery = 100'000;

// Frames wait until a batch is full.
class Runner {
 public:
  Runner(vision::Detector& detector, const DetectionRunOptions& options, std::size_t total)
      : detector_(detector), options_(options), total_(total) {}

  core::Status add(media::Frame frame, std::vector<TruthBox> truth) {
    if (options_.stop.stop_requested()) return fail(ErrorCode::kCancelled, "stopped");
    frames_.push_back(std::move(frame));
    run_.pictures.push_back({.truth = std::move(truth), .found = {}});
    return frames_.size() < kBatch ? core::Status() : detect();
  }

  Result<DetectionRun> finish() {
    if (auto done = detect(); !done) return std::unexpected(done.error());
    return std::move(run_);
  }

 private:
  core::Status detect() {
    const auto begin = std::chrono::steady_clock::now();
    auto found = detector_.detect(frames_);
    run_.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (!found) return std::unexpected(found.error());
    const std::size_t first = run_.pictures.size() - frames_.size();
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      std::vector<core::Detection>& people = run_.pictures[first + i].found;
      people = std::move((*found)[i]);
      std::erase_if(people, [](const core::Detection& d) { return d.class_id != vision::kPersonClass; });
    }
    frames_.clear();
    if (options_.progress) {
      options_.progress({.done = static_cast<double>(run_.pictures.size()),
                         .total = static_cast<double>(total_),
                         .unit = "pictures",
                         .note = {}});
    }
    return {};
  }

  vision::Detector& detector_;
  const DetectionRunOptions& options_;
  std::size_t total_;
  std::vector<media::Frame> frames_;  // of the last pictures
  DetectionRun run_;
};

}  // namespace

Result<DetectionRun> detect_in_pictures(vision::Detector& detector, std::span<const CocoPicture> pictures,
                                        const DetectionRunOptions& options) {
  Runner runner(detector, options, pictures.size());
  for (const CocoPicture& picture : pictures) {
    auto frame = read_picture(picture.file);
    if (!frame) return std::unexpected(frame.error());
    if (auto added = runner.add(*std::move(frame), picture.truth); !added) return std::unexpected(added.error());
  }
  return runner.finish();
}

Result<DetectionRun> detect_in_video(vision::Detector& detector, const std::filesystem::path& video,
                                     std::span<const MotBox> truth, const DetectionRunOptions& options) {
  if (options.every < 1 || options.every > kMaxEvery) {
    return fail(ErrorCode::kInvalidArgument, std::format("every {}: must be 1 to {}", options.every, kMaxEvery));
  }
  if (truth.empty()) return fail(ErrorCode::kInvalidArgument, "the ground truth holds no box");
  std::map<int, std::vector<TruthBox>> by_frame;
  for (const MotBox& box : truth) {
    by_frame[box.frame].push_back({.box = box.box, .kind = box.confidence == 0 ? TruthKind::kIgnored : TruthKind::kObject});
  }
  const int last = by_frame.rbegin()->first;

  auto source = media::Source::open(video.string(), {.stop = options.stop});
  if (!source) return std::unexpected(source.error());
  Runner runner(detector, options, static_cast<std::size_t>((last + options.every - 1) / options.every));
  for (int number = 1; number <= last; ++number) {
    auto frame = (*source)->read();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) break;
    if ((number - 1) % options.every != 0) continue;
    if (auto added = runner.add(**std::move(frame), by_frame[number]); !added) return std::unexpected(added.error());
  }
  return runner.finish();
}

}  // namespace vigil::learn
