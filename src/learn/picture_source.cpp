#include "learn/picture_source.h"

#include <algorithm>
#include <array>
#include <format>
#include <numeric>
#include <thread>

#include <opencv2/imgproc.hpp>

#include "core/random.h"
#include "learn/box_labels.h"
#include "learn/parallel_batches.h"
#include "learn/picture_degrading.h"
#include "learn/picture_file.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;

enum : std::uint64_t { kOrderStream = 11, kRowStream = 12 };

constexpr std::size_t kMosaic = 4;

Result<Picture> read_bgr(const std::filesystem::path& file) {
  const auto frame = read_picture(file, media::PixelFormat::kRgb24);
  if (!frame) return std::unexpected(frame.error());
  const media::Plane plane = frame->plane(0);
  Picture picture{.width_px = plane.width_px, .height_px = plane.height_px, .bgr = {}};
  picture.bgr.resize(3 * static_cast<std::size_t>(plane.width_px) * static_cast<std::size_t>(plane.height_px));
  const cv::Mat rgb(plane.height_px, plane.width_px, CV_8UC3, const_cast<std::uint8_t*>(plane.data),
                    static_cast<std::size_t>(plane.stride_bytes));
  cv::Mat bgr(plane.height_px, plane.width_px, CV_8UC3, picture.bgr.data());
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  return picture;
}

// Makes one row. Called from several threads at once; holds nothing that changes.
class RowMaker {
 public:
  RowMaker(std::vector<CocoPicture> pictures, const PictureSourceOptions& options)
      : pictures_(std::move(pictures)), options_(options) {}

  std::size_t size() const { return pictures_.size(); }

  Status make(std::int64_t sample, std::int64_t epoch, const RowPlace& place) const {
    core::Rng rng =
        core::make_rng({kRowStream, options_.seed, static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(sample)});
    std::vector<std::size_t> chosen = {static_cast<std::size_t>(sample)};
    const bool mosaic = epoch < options_.plain_from_epoch && core::chance(rng, options_.mosaic_probability);
    while (mosaic && chosen.size() < kMosaic) {
      chosen.push_back(static_cast<std::size_t>(core::uniform_int(rng, 0, static_cast<std::int64_t>(pictures_.size()) - 1)));
    }
    std::vector<LabelledPicture> sources;
    for (const std::size_t index : chosen) {
      auto picture = read_bgr(pictures_[index].file);
      if (!picture) return std::unexpected(picture.error());
      sources.push_back({.picture = *std::move(picture), .boxes = pictures_[index].truth});
    }
    LabelledPicture seen = learn::place(sources,
                                        {.side_px = options_.side_px,
                                         .longer_min_px = options_.longer_min_px,
                                         .longer_max_px = options_.longer_max_px,
                                         .flip_probability = options_.augment ? 0.5 : 0},
                                        rng);
    if (options_.augment) degrade(seen.picture, draw_degradation(rng), rng);
    write_planes(seen.picture, place.values);
    write_box_labels(seen.boxes, place.labels);
    return {};
  }

 private:
  static void write_planes(const Picture& picture, std::span<float> values) {
    const std::size_t plane = picture.bgr.size() / 3;
    for (std::size_t i = 0; i < plane; ++i) {
      for (std::size_t c = 0; c < 3; ++c) values[c * plane + i] = picture.bgr[3 * i + c];
    }
  }

  std::vector<CocoPicture> pictures_;
  PictureSourceOptions options_;
};

Status check(std::span<const CocoPicture> pictures, const PictureSourceOptions& options) {
  if (pictures.empty()) return fail(ErrorCode::kInvalidArgument, "there are no pictures to load");
  if (options.side_px < 32 || options.side_px % 32 != 0 || options.batch_size < 1 || options.workers < 0 ||
      options.prefetch_batches < 1) {
    return fail(
        ErrorCode::kInvalidArgument,
        std::format("side_px = {}, batch_size = {}, workers = {}, prefetch_batches = {}: must be at least 1 (workers "
                    "0), the side a multiple of 32",
                    options.side_px, options.batch_size, options.workers, options.prefetch_batches));
  }
  if (!(options.longer_min_px >= 1 && options.longer_min_px <= options.longer_max_px)) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("longer_min_px = {}, longer_max_px = {}: must be at least 1 and rise", options.longer_min_px,
                            options.longer_max_px));
  }
  return {};
}

}  // namespace

struct PictureSource::Impl {
  PictureSourceOptions options;
  std::size_t pictures = 0;
  std::int64_t epoch = 0;  // read by the workers; changes only while there are none
  std::unique_ptr<ParallelBatches> batches;
};

PictureSource::PictureSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PictureSource::~PictureSource() = default;

Result<std::unique_ptr<PictureSource>> PictureSource::create(std::vector<CocoPicture> pictures,
                                                             const PictureSourceOptions& options) {
  if (auto valid = check(pictures, options); !valid) return std::unexpected(valid.error());
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  impl->pictures = pictures.size();
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  impl->batches = std::make_unique<ParallelBatches>(
      ParallelBatchesOptions{.row_shape = {3, options.side_px, options.side_px},
                             .label_shape = {kMaxBoxLabels, kBoxLabelValues},
                             .batch_size = options.batch_size,
                             .workers = options.workers > 0 ? options.workers : cores,
                             .prefetch_batches = options.prefetch_batches},
      [maker = RowMaker(std::move(pictures), options), state = impl.get()](const RowPlan& row, const RowPlace& place) {
        return maker.make(row.sample, state->epoch, place);
      });
  return std::unique_ptr<PictureSource>(new PictureSource(std::move(impl)));
}

void PictureSource::start_epoch(std::int64_t epoch, std::int64_t first_batch) {
  impl_->batches->start({});
  impl_->epoch = epoch;
  std::vector<RowPlan> rows(impl_->pictures);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].sample = static_cast<std::int64_t>(i);
  core::Rng rng = core::make_rng({kOrderStream, impl_->options.seed, static_cast<std::uint64_t>(epoch)});
  core::shuffle(rows, rng);
  const auto skipped = static_cast<std::size_t>(first_batch) * static_cast<std::size_t>(impl_->options.batch_size);
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(skipped, rows.size())));
  impl_->batches->start(std::move(rows));
}

Result<std::optional<Batch>> PictureSource::next() { return impl_->batches->next(); }

std::int64_t PictureSource::batches_per_epoch() const {
  const auto rows = static_cast<std::int64_t>(impl_->pictures);
  return (rows + impl_->options.batch_size - 1) / impl_->options.batch_size;
}

std::int64_t PictureSource::samples() const { return static_cast<std::int64_t>(impl_->pictures); }

}  // namespace vigil::learn
