#include "learn/tracklet_source.h"

#include <algorithm>
#include <format>
#include <map>
#include <numeric>
#include <thread>

#include <opencv2/imgproc.hpp>

#include "core/random.h"
#include "learn/parallel_batches.h"
#include "learn/picture_degrading.h"
#include "learn/picture_file.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;

enum : std::uint64_t { kOrderStream = 21, kRowStream = 22, kLookStream = 23 };

constexpr std::size_t kTogether = 4;  // people of one video that stand side by side in a batch
constexpr double kMaxShift = 0.08;    // of a side, by which each edge moves in or out
constexpr double kEraseProbability = 0.3;

cv::Mat read_rgb(const media::Frame& frame) {
  const media::Plane plane = frame.plane(0);
  const cv::Mat rgb(plane.height_px, plane.width_px, CV_8UC3, const_cast<std::uint8_t*>(plane.data),
                    static_cast<std::size_t>(plane.stride_bytes));
  return rgb.clone();
}

// As detectors frame people: never twice the same.
cv::Mat reframe(const cv::Mat& picture, core::Rng& rng) {
  const auto shift = [&](int side) {
    return static_cast<int>(std::lround(core::uniform(rng, -kMaxShift, kMaxShift) * side));
  };
  const int left = shift(picture.cols), right = picture.cols + shift(picture.cols);
  const int top = shift(picture.rows), bottom = picture.rows + shift(picture.rows);
  cv::Mat padded;
  const int margin_x = std::max({0, -left, right - picture.cols});
  const int margin_y = std::max({0, -top, bottom - picture.rows});
  cv::copyMakeBorder(picture, padded, margin_y, margin_y, margin_x, margin_x, cv::BORDER_REPLICATE);
  return padded(cv::Rect(left + margin_x, top + margin_y, std::max(2, right - left), std::max(2, bottom - top))).clone();
}

// As somebody in front hides a part of the person.
void erase_part(cv::Mat& picture, core::Rng& rng) {
  const int width = static_cast<int>(picture.cols * core::uniform(rng, 0.2, 0.6));
  const int height = static_cast<int>(picture.rows * core::uniform(rng, 0.15, 0.4));
  const int left = static_cast<int>(core::uniform_int(rng, 0, picture.cols - width));
  const int top = static_cast<int>(core::uniform_int(rng, 0, picture.rows - height));
  const auto level = [&] { return core::uniform(rng, 0, 255); };
  picture(cv::Rect(left, top, width, height)).setTo(cv::Scalar(level(), level(), level()));
}

// `look` is the camera's: that of all pictures of a video.
cv::Mat changed(const cv::Mat& rgb, const Degradation& look, core::Rng& rng) {
  cv::Mat seen = reframe(rgb, rng);
  if (core::chance(rng, 0.5)) cv::flip(seen, seen, 1);
  Picture picture{.width_px = seen.cols, .height_px = seen.rows, .bgr = {}};
  cv::cvtColor(seen, seen, cv::COLOR_RGB2BGR);
  picture.bgr.assign(seen.datastart, seen.dataend);
  degrade(picture, look, rng);
  std::ranges::copy(picture.bgr, seen.data);
  cv::cvtColor(seen, seen, cv::COLOR_BGR2RGB);
  if (core::chance(rng, kEraseProbability)) erase_part(seen, rng);
  return seen;
}

// Makes one row. Called from several threads at once; holds nothing that changes.
class RowMaker {
 public:
  RowMaker(std::vector<Tracklet> tracklets, const TrackletSourceOptions& options)
      : tracklets_(std::move(tracklets)), options_(options) {
    for (const Tracklet& tracklet : tracklets_) videos_.try_emplace(tracklet.video);
    std::size_t number = 0;
    for (auto& [video, its_number] : videos_) its_number = number++;
  }

  const std::vector<Tracklet>& tracklets() const { return tracklets_; }

  // The pictures of a tracklet are drawn one from each of as many stretches of its time.
  Status make(const RowPlan& row, std::int64_t epoch, const RowPlace& place) const {
    core::Rng rng = core::make_rng({kRowStream, options_.seed, static_cast<std::uint64_t>(epoch),
                                    static_cast<std::uint64_t>(row.sample), static_cast<std::uint64_t>(row.window)});
    const std::vector<TrackletPicture>& pictures = tracklets_[static_cast<std::size_t>(row.sample)].pictures;
    const double stretch = static_cast<double>(pictures.size()) / options_.pictures;
    const auto which =
        std::min(static_cast<std::size_t>((row.window + core::uniform(rng, 0, 1)) * stretch), pictures.size() - 1);
    const auto frame = read_picture(pictures[which].file, media::PixelFormat::kRgb24);
    if (!frame) return std::unexpected(frame.error());
    cv::Mat seen = read_rgb(*frame);
    if (options_.augment) seen = changed(seen, look_of(tracklets_[static_cast<std::size_t>(row.sample)], epoch), rng);
    cv::resize(seen, seen, {options_.width_px, options_.height_px}, 0, 0, cv::INTER_LINEAR);
    const std::size_t plane = static_cast<std::size_t>(seen.rows) * static_cast<std::size_t>(seen.cols);
    for (std::size_t i = 0; i < plane; ++i) {
      for (std::size_t c = 0; c < 3; ++c) place.values[c * plane + i] = seen.data[3 * i + c];
    }
    return {};
  }

 private:
  // People are known again in the video of one camera, whose light and colours are the same for all of them: pictures of a
  // video are degraded alike, so that colours still tell people apart and no camera is learned by heart.
  Degradation look_of(const Tracklet& tracklet, std::int64_t epoch) const {
    const auto video = static_cast<std::uint64_t>(videos_.at(tracklet.video));
    core::Rng rng = core::make_rng({kLookStream, options_.seed, static_cast<std::uint64_t>(epoch), video});
    return draw_degradation(rng);
  }

  std::vector<Tracklet> tracklets_;
  TrackletSourceOptions options_;
  std::map<std::string, std::size_t> videos_;  // numbered in the order of their names
};

// All tracklets in a random order in which those of one video stand together, a few at a time.
std::vector<std::size_t> draw_order(const std::vector<Tracklet>& tracklets, core::Rng& rng) {
  std::map<std::string, std::vector<std::size_t>> videos;
  for (std::size_t i = 0; i < tracklets.size(); ++i) videos[tracklets[i].video].push_back(i);
  std::vector<std::vector<std::size_t>> companies;
  for (auto& [video, people] : videos) {
    core::shuffle(people, rng);
    for (std::size_t begin = 0; begin < people.size(); begin += kTogether) {
      const auto first = people.begin() + static_cast<std::ptrdiff_t>(begin);
      companies.emplace_back(first, first + static_cast<std::ptrdiff_t>(std::min(kTogether, people.size() - begin)));
    }
  }
  core::shuffle(companies, rng);
  std::vector<std::size_t> order;
  for (const std::vector<std::size_t>& company : companies) order.insert(order.end(), company.begin(), company.end());
  return order;
}

Status check(const std::vector<Tracklet>& tracklets, const TrackletSourceOptions& options) {
  if (options.width_px < 8 || options.height_px < 8 || options.people < 2 || options.pictures < 2 || options.workers < 0 ||
      options.prefetch_batches < 1) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("pictures of {}×{}, {} people with {} pictures each: sides must be at least 8, the others 2",
                            options.width_px, options.height_px, options.people, options.pictures));
  }
  if (tracklets.size() < static_cast<std::size_t>(options.people)) {
    return fail(ErrorCode::kInvalidArgument, std::format("{} tracklets; a batch shows {} people: cut more videos, or lower "
                                                         "trainer.batch_size",
                                                         tracklets.size(), options.people));
  }
  return {};
}

}  // namespace

struct TrackletSource::Impl {
  TrackletSourceOptions options;
  std::shared_ptr<const RowMaker> maker;
  std::int64_t epoch = 0;  // read by the workers; changes only while there are none
  std::unique_ptr<ParallelBatches> batches;
};

TrackletSource::TrackletSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TrackletSource::~TrackletSource() = default;

Result<std::unique_ptr<TrackletSource>> TrackletSource::create(std::vector<Tracklet> tracklets,
                                                               const TrackletSourceOptions& options) {
  if (auto valid = check(tracklets, options); !valid) return std::unexpected(valid.error());
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  impl->maker = std::make_shared<const RowMaker>(std::move(tracklets), options);
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  impl->batches =
      std::make_unique<ParallelBatches>(ParallelBatchesOptions{.row_shape = {3, options.height_px, options.width_px},
                                                               .batch_size = options.people * options.pictures,
                                                               .workers = options.workers > 0 ? options.workers : cores,
                                                               .prefetch_batches = options.prefetch_batches},
                                        [state = impl.get()](const RowPlan& row, const RowPlace& place) {
                                          return state->maker->make(row, state->epoch, place);
                                        });
  return std::unique_ptr<TrackletSource>(new TrackletSource(std::move(impl)));
}

void TrackletSource::start_epoch(std::int64_t epoch, std::int64_t first_batch) {
  impl_->batches->start({});
  impl_->epoch = epoch;
  const TrackletSourceOptions& options = impl_->options;
  core::Rng rng = core::make_rng({kOrderStream, options.seed, static_cast<std::uint64_t>(epoch)});
  const std::vector<std::size_t> order = draw_order(impl_->maker->tracklets(), rng);
  std::vector<RowPlan> rows;
  const auto people = static_cast<std::size_t>(options.people);
  for (std::size_t i = static_cast<std::size_t>(first_batch) * people; i < order.size() / people * people; ++i) {
    for (int k = 0; k < options.pictures; ++k) {
      rows.push_back({.sample = static_cast<std::int64_t>(order[i]), .window = k, .label = static_cast<float>(order[i])});
    }
  }
  impl_->batches->start(std::move(rows));
}

Result<std::optional<Batch>> TrackletSource::next() { return impl_->batches->next(); }

std::int64_t TrackletSource::batches_per_epoch() const {
  return static_cast<std::int64_t>(impl_->maker->tracklets().size()) / impl_->options.people;
}

std::int64_t TrackletSource::samples() const {
  return batches_per_epoch() * impl_->options.people * impl_->options.pictures;
}

}  // namespace vigil::learn
