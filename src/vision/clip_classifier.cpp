#include "vision/clip_classifier.h"

#include <algorithm>
#include <format>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include <torch/torch.h>

#include "nets/people_net.h"
#include "nets/violence_clip.h"
#include "nn/device.h"
#include "vision/clip_model.h"
#include "vision/fused_clip.h"
#include "vision/scene_fusion.h"
#include "vision/window_features.h"
#include "vision/window_people.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr int kMostPeople = 32;       // that are judged in a window, the tallest first; bounds time
constexpr std::size_t kMaxBatch = 8;  // windows at once; bounds memory, and more is no faster on a CPU

ClipClassifierInfo describe(const ClipModel& loaded) {
  const ClipModelInfo& model = loaded.info;
  if (loaded.net->input_kind() == nets::InputKind::kWindowFeatures) {
    return {
        .name = model.name,
        .window = kWindowInterval * kWindowFrames,
        .frames = kWindowFrames,
        .frame_interval = kWindowInterval,
        .input_size = media::ExactSize{kMotionWidth, kMotionHeight},
        .format = media::PixelFormat::kRgb24,
        .threshold = model.threshold,
        .event_threshold = model.threshold,
        .positive_class = model.positive_class,
        .negative_class = model.negative_class,
    };
  }
  return {
      .name = model.name,
      .window = model.input.window,
      .frames = model.input.frames,
      .frame_interval = {},
      .input_size = media::NativeSize{},
      .format = media::PixelFormat::kI420,
      .threshold = model.threshold,
      .event_threshold = model.threshold,
      .positive_class = model.positive_class,
      .negative_class = model.negative_class,
  };
}

}  // namespace

struct ClipClassifier::Impl {
  // A frame and its picture; holding the frame keeps its pixels from being used for another one.
  struct Shown {
    media::Frame frame;
    TimedPicture picture;
  };
  using ShownFrames = std::map<std::pair<const std::uint8_t*, core::MediaTime>, Shown>;

  ClipModel model;
  ClipClassifierInfo info;
  std::optional<WindowFeatures> features;             // of nets that look at them
  std::shared_ptr<nets::PeopleNet> person = nullptr;  // who is violent; null: nobody is judged
  std::string person_name = {};
  SceneFusion fusion = {};
  ShownFrames shown;  // those of the last batch, whose features need not be computed again

  Result<torch::Tensor> to_batch(std::span<const FrameWindow> windows) {
    if (!features) return to_clips(windows);
    auto pictures = to_pictures(windows);
    if (!pictures) return std::unexpected(pictures.error());
    return features->compute(*pictures);
  }

  Result<std::vector<PictureWindow>> to_pictures(std::span<const FrameWindow> windows) {
    ShownFrames now;
    std::vector<PictureWindow> pictures;
    for (const FrameWindow& window : windows) {
      if (window.size() != kWindowFrames) {
        return fail(ErrorCode::kInvalidArgument,
                    std::format("{}: a window of {} frames, {} are needed", info.name, window.size(), kWindowFrames));
      }
      PictureWindow row;
      for (const media::Frame& frame : window) {
        const std::pair key(frame.plane(0).data, frame.pts());
        auto entry = now.find(key);
        if (entry == now.end()) {
          auto known = shown.extract(key);
          entry = known ? now.insert(std::move(known)).position
                        : now.try_emplace(key, Shown{.frame = frame, .picture = to_picture(frame)}).first;
        }
        row.push_back(entry->second.picture);
      }
      pictures.push_back(std::move(row));
    }
    shown = std::move(now);
    return pictures;
  }

  Result<std::vector<SceneScore>> judge_batch(std::span<const SceneWindow> windows) {
    std::vector<FrameWindow> frames;
    for (const SceneWindow& window : windows) frames.push_back(window.frames);
    const auto pictures = to_pictures(frames);
    if (!pictures) return std::unexpected(pictures.error());
    const torch::Tensor rows = features->compute(*pictures);
    const torch::Tensor logits = model.net->forward(rows);
    const torch::Tensor agreed = torch::sigmoid(model.net->agreed_logits(rows));
    std::vector<SceneScore> scores;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      scores.push_back(judge_one(windows[i], (*pictures)[i], logits[at].item<double>(), agreed[at].item<double>()));
    }
    return scores;
  }

  // `agreed`: the probability that the scene's must not lie above.
  SceneScore judge_one(const SceneWindow& window, const PictureWindow& pictures, double clip_logit, double agreed) const {
    SceneScore score{.scene = std::min(agreed, fusion.scene(clip_logit, std::nullopt)), .people = {}};
    if (window.people.empty()) return score;
    const WindowPeople all(window.people, window.begin, window.frame_width_px, window.frame_height_px);
    const std::vector<WindowPerson> people = all.tallest(kMostPeople);
    if (people.empty()) return score;
    const torch::Tensor rows = person_rows(all, people, pictures, *features);
    const torch::Tensor logits = person->person_logits(rows);
    const double pooled = person->forward(rows.unsqueeze(0)).item<double>();
    score.scene = std::min(agreed, fusion.scene(clip_logit, pooled));
    for (std::size_t i = 0; i < people.size(); ++i) {
      const auto logit = logits[static_cast<std::int64_t>(i) + 1].item<double>();
      score.people.push_back({.id = people[i].sequence.id, .score = fusion.person(score.scene, pooled, logit)});
    }
    std::ranges::sort(score.people, {}, &core::PersonScore::id);
    return score;
  }

  Result<torch::Tensor> to_clips(std::span<const FrameWindow> windows) const {
    const ClipInput& input = model.info.input;
    const ClipGeometry geometry = fixed_geometry(input);
    const std::size_t values = clip_values(input);
    torch::Tensor batch =
        torch::empty({static_cast<std::int64_t>(windows.size()), 3, input.frames, input.crop_px, input.crop_px});
    const std::span all(batch.data_ptr<float>(), values * windows.size());
    for (std::size_t i = 0; i < windows.size(); ++i) {
      if (auto fused = fuse_clip(windows[i], input, geometry, all.subspan(i * values, values)); !fused) {
        return std::unexpected(fused.error().with_context(info.name));
      }
    }
    return batch;
  }
};

ClipClassifier::ClipClassifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClipClassifier::~ClipClassifier() = default;

Result<std::unique_ptr<ClipClassifier>> ClipClassifier::load(const std::filesystem::path& weights,
                                                             ClipClassifierOptions options) {
  auto model = load_clip_model(weights);
  if (!model) return std::unexpected(model.error());
  nn::set_threads(options.threads);
  auto info = describe(*model);
  auto impl = std::make_unique<Impl>(Impl{.model = *std::move(model), .info = std::move(info), .features = {}, .shown = {}});
  if (const auto house = std::dynamic_pointer_cast<nets::ViolenceClipNet>(impl->model.net))
    impl->features.emplace(house->trunk());
  if (!options.person.empty()) {
    if (auto loaded = load_person(options.person, *impl); !loaded) {
      return std::unexpected(loaded.error().with_context(options.person.string()));
    }
  }
  return std::unique_ptr<ClipClassifier>(new ClipClassifier(std::move(impl)));
}

core::Status ClipClassifier::load_person(const std::filesystem::path& weights, Impl& impl) {
  auto model = load_clip_model(weights);
  if (!model) return std::unexpected(model.error());
  impl.person = std::dynamic_pointer_cast<nets::PeopleNet>(model->net);
  if (!impl.person) {
    return fail(ErrorCode::kInvalidArgument, std::format("'{}' judges windows, not people", model->info.name));
  }
  if (impl.person->input_kind() == nets::InputKind::kPeopleCrops) {
    return fail(
        ErrorCode::kInvalidArgument,
        std::format("'{}' looks at pictures of people through a whole ResNet-50; it can be trained and measured, not "
                    "served",
                    model->info.name));
  }
  if (!impl.features) {
    return fail(
        ErrorCode::kInvalidArgument,
        std::format("people can be judged beside a classifier on window features only, which '{}' is not", impl.info.name));
  }
  auto fusion = fusion_from_metadata(model->metadata);
  if (!fusion) return std::unexpected(fusion.error());
  impl.fusion = *fusion;
  impl.person_name = model->info.name;
  impl.info.event_threshold = kEventThreshold;
  return {};
}

const ClipClassifierInfo& ClipClassifier::info() const { return impl_->info; }

Result<std::vector<double>> ClipClassifier::classify(const std::vector<FrameWindow>& windows) {
  const c10::InferenceMode inference;
  std::vector<double> probabilities;
  const std::span all(windows);
  try {
    for (std::size_t begin = 0; begin < all.size(); begin += kMaxBatch) {
      auto batch = impl_->to_batch(all.subspan(begin, std::min(kMaxBatch, all.size() - begin)));
      if (!batch) return std::unexpected(batch.error());
      const torch::Tensor shown = torch::sigmoid(impl_->model.net->agreed_logits(*batch)).to(torch::kFloat64).contiguous();
      const std::span values(shown.const_data_ptr<double>(), static_cast<std::size_t>(shown.numel()));
      probabilities.insert(probabilities.end(), values.begin(), values.end());
    }
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInternal, std::format("{}: torch failed: {}", impl_->info.name, error.what()));
  }
  return probabilities;
}

Result<std::vector<SceneScore>> ClipClassifier::judge(const std::vector<SceneWindow>& windows) {
  std::vector<SceneScore> scores;
  if (!impl_->person) {
    std::vector<FrameWindow> frames;
    for (const SceneWindow& window : windows) frames.push_back(window.frames);
    auto probabilities = classify(frames);
    if (!probabilities) return std::unexpected(probabilities.error());
    for (const double probability : *probabilities) scores.push_back({.scene = probability, .people = {}});
    return scores;
  }
  const c10::InferenceMode inference;
  const std::span all(windows);
  try {
    for (std::size_t begin = 0; begin < all.size(); begin += kMaxBatch) {
      auto batch = impl_->judge_batch(all.subspan(begin, std::min(kMaxBatch, all.size() - begin)));
      if (!batch) return batch;
      std::ranges::move(*batch, std::back_inserter(scores));
    }
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInternal, std::format("{}: torch failed: {}", impl_->person_name, error.what()));
  }
  return scores;
}

const std::string& ClipClassifier::person_model() const { return impl_->person_name; }

}  // namespace vigil::vision
