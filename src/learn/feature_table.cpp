#include "learn/feature_table.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <format>

#include "core/log.h"
#include "core/random.h"
#include "media/clip_sampler.h"
#include "media/nearest_frames.h"
#include "nets/people_net.h"
#include "nn/safetensors.h"
#include "vision/person_crops.h"
#include "vision/window_augment.h"
#include "vision/window_features.h"
#include "vision/window_people.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::MediaDuration;
using core::MediaTime;
namespace fs = std::filesystem;

constexpr int kCacheVersion = 1;
constexpr auto kSpan = vision::kWindowInterval * (vision::kWindowFrames - 1);  // from a window's first frame to its last
constexpr auto kShortSlack = MediaDuration::from_us(600'000);  // two windows closer than this would show the same
constexpr auto kLongestShift = MediaDuration::from_us(250'000);
constexpr int kMaxWindows = 8;

// A clip's pictures at the size the features are made from.
struct Pictures {
  std::vector<MediaTime> times;
  vision::PictureWindow pictures;
};

core::Result<Pictures> read_pictures(const ClipItem& clip) {
  auto sampler = media::ClipSampler::open(clip.path.string(),
                                          {.source = {.size = media::ExactSize{vision::kMotionWidth, vision::kMotionHeight},
                                                      .format = media::PixelFormat::kRgb24}});
  if (!sampler) return std::unexpected(sampler.error());
  auto frames = (*sampler)->all(MediaTime(), MediaTime::max());
  if (!frames) return std::unexpected(frames.error());
  if (frames->empty()) return core::fail(ErrorCode::kUnreadable, std::format("{} holds no picture", clip.path.string()));
  Pictures out;
  for (const media::Frame& frame : *frames) {
    out.times.push_back(frame.pts());
    out.pictures.push_back(vision::to_picture(frame));
  }
  return out;
}

// One window in the middle of nothing, two at the ends of a short clip, more on a long one.
std::vector<MediaTime> window_begins(MediaTime last) {
  const MediaDuration slack = last - MediaTime() - kSpan;
  if (slack < kShortSlack) return {MediaTime()};
  const int count = std::clamp(1 + static_cast<int>(std::ceil(slack.seconds() / 2)), 2, kMaxWindows);
  std::vector<MediaTime> begins;
  for (int i = 0; i < count; ++i) begins.push_back(MediaTime() + slack * i / (count - 1));
  return begins;
}

vision::PictureWindow take(const Pictures& clip, MediaTime begin, MediaDuration interval) {
  vision::PictureWindow window;
  for (const std::size_t i :
       media::nearest_frames(clip.times, begin, {.interval = interval, .count = vision::kWindowFrames})) {
    window.push_back(clip.pictures[i]);
  }
  return window;
}

vision::PictureWindow changed_window(const Pictures& clip, MediaTime begin, core::Rng rng) {
  const vision::WindowChange change = vision::draw_change(rng);
  const auto interval = MediaDuration::from_seconds(vision::kWindowInterval.seconds() * change.speed);
  const MediaDuration room = clip.times.back() - begin - interval * (vision::kWindowFrames - 1);
  const double longest = std::clamp(room.seconds(), 0.0, kLongestShift.seconds());
  const auto shift = MediaDuration::from_seconds(core::uniform(rng, 0, longest));
  return vision::apply(change, take(clip, begin + shift, interval), rng);
}

std::uint64_t fingerprint_of(const torch::nn::Module& trunk) {
  const torch::NoGradGuard no_grad;
  double sum = 0;
  for (const torch::Tensor& parameter : trunk.parameters())
    sum += parameter.to(torch::kFloat16).to(torch::kFloat64).abs().sum().item<double>();
  return static_cast<std::uint64_t>(std::llround(sum * 1e3));
}

fs::path cache_entry(const fs::path& cache, const ClipItem& clip, std::uint64_t trunk, std::string_view kind,
                     const FeatureTableOptions& options) {
  std::error_code error;
  const auto size = fs::file_size(clip.path, error);
  const auto changed = fs::last_write_time(clip.path, error).time_since_epoch().count();
  const auto key =
      std::hash<std::string>{}(std::format("{}|{}|{}|{}|{}|{}{}", kCacheVersion, fs::absolute(clip.path, error).string(),
                                           size, changed, trunk, options.seed, kind));
  return cache / std::format("{:016x}-{}.safetensors", key, options.views);
}

// A damaged or foreign entry is computed again.
std::optional<ClipFeatures> read_cache(const fs::path& entry) {
  std::error_code error;
  if (!fs::exists(entry, error)) return std::nullopt;
  auto file = nn::read_safetensors(entry);
  if (!file || !file->tensors.contains("plain") || !file->tensors.contains("changed")) return std::nullopt;
  ClipFeatures rows{.plain = file->tensors.at("plain").clone(), .changed = file->tensors.at("changed").clone()};
  if (rows.plain.dim() < 2 || rows.plain.size(0) < 1 || rows.changed.dim() != rows.plain.dim()) return std::nullopt;
  return rows;
}

core::Result<ClipFeatures> compute_clip(const ClipItem& clip, vision::WindowFeatures& features,
                                        const FeatureTableOptions& options) {
  auto pictures = read_pictures(clip);
  if (!pictures) return std::unexpected(pictures.error());
  const std::vector<MediaTime> begins = window_begins(pictures->times.back());
  std::vector<vision::PictureWindow> windows;
  for (const MediaTime begin : begins) windows.push_back(take(*pictures, begin, vision::kWindowInterval));
  for (std::size_t w = 0; w < begins.size(); ++w) {
    for (int view = 0; view < options.views; ++view) {
      const auto name = std::hash<std::string>{}(clip.name);
      windows.push_back(
          changed_window(*pictures, begins[w], core::make_rng({options.seed, name, w, static_cast<std::uint64_t>(view)})));
    }
  }
  const torch::Tensor rows = features.compute(windows);
  const auto plain = static_cast<std::int64_t>(begins.size());
  return ClipFeatures{.plain = rows.narrow(0, 0, plain), .changed = rows.narrow(0, plain, rows.size(0) - plain)};
}

core::Status only_plain(const FeatureTableOptions& options) {
  return options.views == 0 ? core::Status()
                            : core::fail(ErrorCode::kInvalidArgument, "data.feature_views: people have no changed versions");
}

// A clip's windows, and who is in each.
struct PeopledWindows {
  std::vector<vision::PictureWindow> pictures;
  std::vector<vision::WindowPeople> people;
};

core::Result<PeopledWindows> peopled_windows(const ClipItem& clip, PeopleProvider& people, std::stop_token stop) {
  auto pictures = read_pictures(clip);
  if (!pictures) return std::unexpected(pictures.error());
  auto found = people.people_of(clip.path, std::move(stop));
  if (!found) return std::unexpected(found.error());
  PeopledWindows windows;
  for (const MediaTime begin : window_begins(pictures->times.back())) {
    windows.pictures.push_back(take(*pictures, begin, vision::kWindowInterval));
    windows.people.emplace_back(found->frames, begin, found->width_px, found->height_px);
  }
  return windows;
}

ClipFeatures without_views(const std::vector<torch::Tensor>& rows) {
  const torch::Tensor plain = torch::stack(rows);
  return {.plain = plain, .changed = plain.narrow(0, 0, 0)};
}

// [places, …], the last of which are empty.
torch::Tensor bag_of(const torch::Tensor& rows, int places) {
  torch::Tensor bag = torch::zeros({places, rows.size(1)});
  bag.narrow(0, 0, rows.size(0)).copy_(rows);
  return bag;
}

// What one window's people are turned into.
using PeopleRows = torch::Tensor (*)(const vision::WindowPeople& people, const vision::PictureWindow& window,
                                     const vision::WindowFeatures& features);

torch::Tensor person_rows(const vision::WindowPeople& people, const vision::PictureWindow& window,
                          const vision::WindowFeatures& features) {
  return bag_of(vision::person_rows(people, people.tallest(FeatureTable::kMostPeople), window, features),
                1 + FeatureTable::kMostPeople);
}

torch::Tensor region_row(const vision::WindowPeople& people, const vision::PictureWindow& window,
                         const vision::WindowFeatures& features) {
  return features.compute_regions(window, {people.region()})[0];
}

core::Result<ClipFeatures> compute_people_clip(const ClipItem& clip, PeopleProvider& people,
                                               vision::WindowFeatures& features, std::stop_token stop, PeopleRows rows_of) {
  const auto windows = peopled_windows(clip, people, std::move(stop));
  if (!windows) return std::unexpected(windows.error());
  features.compute(windows->pictures);  // what the regions are cut from
  std::vector<torch::Tensor> rows;
  for (std::size_t i = 0; i < windows->pictures.size(); ++i) {
    rows.push_back(rows_of(windows->people[i], windows->pictures[i], features));
  }
  return without_views(rows);
}

core::Result<ClipFeatures> compute_crops_clip(const ClipItem& clip, PeopleProvider& people, vision::PersonCrops& crops,
                                              std::stop_token stop) {
  const auto windows = peopled_windows(clip, people, std::move(stop));
  if (!windows) return std::unexpected(windows.error());
  std::vector<torch::Tensor> rows;
  for (std::size_t i = 0; i < windows->pictures.size(); ++i) {
    const auto tallest = windows->people[i].tallest(FeatureTable::kMostPeople);
    rows.push_back(bag_of(crops.rows(tallest, windows->pictures[i]), FeatureTable::kMostPeople).to(torch::kFloat16));
  }
  return without_views(rows);
}

}  // namespace

core::Result<FeatureTable> FeatureTable::compute(const ClipSet& clips, const nets::ResnetTrunk& trunk,
                                                 const FeatureTableOptions& options) {
  vision::WindowFeatures features(trunk);
  return build(clips, *trunk, "", options, [&](const ClipItem& clip) { return compute_clip(clip, features, options); });
}

core::Result<FeatureTable> FeatureTable::compute_people(const ClipSet& clips, const nets::ResnetTrunk& trunk,
                                                        PeopleProvider& people, const FeatureTableOptions& options) {
  if (auto plain = only_plain(options); !plain) return std::unexpected(plain.error());
  vision::WindowFeatures features(trunk);
  return build(clips, *trunk, "|people3|" + people.key(), options,
               [&](const ClipItem& clip) { return compute_people_clip(clip, people, features, options.stop, person_rows); });
}

core::Result<FeatureTable> FeatureTable::compute_people_crops(const ClipSet& clips, const nets::Resnet50& network,
                                                              PeopleProvider& people, const FeatureTableOptions& options) {
  if (auto plain = only_plain(options); !plain) return std::unexpected(plain.error());
  vision::PersonCrops crops(network);
  return build(clips, *network, "|crops1|" + people.key(), options,
               [&](const ClipItem& clip) { return compute_crops_clip(clip, people, crops, options.stop); });
}

core::Result<FeatureTable> FeatureTable::compute_people_regions(const ClipSet& clips, const nets::ResnetTrunk& trunk,
                                                                PeopleProvider& people, const FeatureTableOptions& options) {
  if (auto plain = only_plain(options); !plain) return std::unexpected(plain.error());
  vision::WindowFeatures features(trunk);
  return build(clips, *trunk, "|regions2|" + people.key(), options,
               [&](const ClipItem& clip) { return compute_people_clip(clip, people, features, options.stop, region_row); });
}

core::Result<FeatureTable> FeatureTable::build(const ClipSet& clips, const torch::nn::Module& trunk, std::string_view kind,
                                               const FeatureTableOptions& options, const Compute& compute) {
  if (options.views < 0 || options.views > 64) {
    return core::fail(ErrorCode::kInvalidArgument, std::format("views = {}: must lie in 0–64", options.views));
  }
  std::error_code error;
  if (!options.cache.empty() && !fs::create_directories(options.cache, error) && error) {
    return core::fail(ErrorCode::kIo, std::format("cannot make the folder {}: {}", options.cache.string(), error.message()));
  }
  const std::uint64_t fingerprint = fingerprint_of(trunk);
  FeatureTable table;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    if (options.stop.stop_requested()) return core::fail(ErrorCode::kCancelled, "stopped while computing features");
    if (options.progress) {
      options.progress(
          {.done = static_cast<double>(i), .total = static_cast<double>(clips.size()), .unit = "clips", .note = "features"});
    }
    const ClipItem& clip = clips.get(i);
    const fs::path entry = options.cache.empty() ? fs::path() : cache_entry(options.cache, clip, fingerprint, kind, options);
    std::optional<ClipFeatures> rows = entry.empty() ? std::nullopt : read_cache(entry);
    if (!rows) {
      auto computed = compute(clip);
      if (!computed && options.skip_broken && computed.error().code != ErrorCode::kCancelled) {
        core::log_warning("skipped: {}", computed.error().message);
        continue;
      }
      if (!computed)
        return std::unexpected(clip.origin.empty() ? computed.error() : computed.error().with_context(clip.origin));
      if (!entry.empty()) {
        // A full disk costs the cache, not the run.
        if (auto kept_rows = nn::write_safetensors(
                entry, {.tensors = {{"plain", computed->plain.contiguous()}, {"changed", computed->changed.contiguous()}},
                        .metadata = {}});
            !kept_rows) {
          core::log_warning("features are not kept: {}", kept_rows.error().message);
        }
      }
      rows = std::move(*computed);
    }
    table.rows_.push_back(std::move(*rows));
    table.indices_.push_back(i);
  }
  table.clips_ = clips.subset(table.indices_);
  return table;
}

torch::Tensor FeatureTable::all_rows() const {
  std::vector<torch::Tensor> rows;
  for (const ClipFeatures& clip : rows_) {
    rows.push_back(clip.plain);
    rows.push_back(clip.changed);
  }
  return torch::cat(rows);
}

}  // namespace vigil::learn
