#include "learn/pose_scoring.h"

#include <algorithm>
#include <chrono>

#include "learn/picture_file.h"

namespace vigil::learn {
namespace {

constexpr std::size_t kBatch = 8;

core::Result<std::vector<media::Frame>> read_batch(std::span<const CocoPosePicture> pictures, const std::stop_token& stop) {
  std::vector<media::Frame> frames;
  for (const CocoPosePicture& picture : pictures) {
    if (stop.stop_requested()) return core::fail(core::ErrorCode::kCancelled, "stopped");
    auto frame = read_picture(picture.file);
    if (!frame) return std::unexpected(frame.error());
    frames.push_back(*std::move(frame));
  }
  return frames;
}

}  // namespace

core::Result<PoseRun> estimate_in_pictures(vision::PoseEstimator& estimator, std::span<const CocoPosePicture> pictures,
                                           const PoseRunOptions& options) {
  PoseRun run;
  for (auto rest = pictures; !rest.empty();) {
    const auto batch = rest.first(std::min(kBatch, rest.size()));
    const auto frames = read_batch(batch, options.stop);
    if (!frames) return std::unexpected(frames.error());
    const auto begin = std::chrono::steady_clock::now();
    auto found = estimator.estimate(*frames);
    run.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (!found) return std::unexpected(found.error());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      run.pictures.push_back({.truth = batch[i].truth, .found = std::move((*found)[i])});
    }
    rest = rest.subspan(batch.size());
    if (options.progress) {
      options.progress({.done = static_cast<double>(run.pictures.size()),
                        .total = static_cast<double>(pictures.size()),
                        .unit = "pictures",
                        .note = {}});
    }
  }
  return run;
}

}  // namespace vigil::learn
