#include "nets/clip_net.h"

#include <array>
#include <format>
#include <string_view>

#include "nets/seed_3dcnn.h"
#include "nets/seed_track_lstm.h"
#include "nets/violence_clip.h"
#include "nets/violence_person.h"

namespace vigil::nets {
namespace {

struct Maker {
  std::string_view name;
  std::shared_ptr<ClipNet> (*make)();
};

constexpr std::array kMakers = {
    Maker{"seed-3dcnn", [] -> std::shared_ptr<ClipNet> { return std::make_shared<Seed3dCnn>(); }},
    Maker{"seed-track-lstm",
          [] -> std::shared_ptr<ClipNet> { return std::make_shared<SeedTrackLstm>(SeedTrackInput::kSteps); }},
    Maker{"seed-track-lstm-resnet",
          [] -> std::shared_ptr<ClipNet> { return std::make_shared<SeedTrackLstm>(SeedTrackInput::kStepsAndCrops); }},
    Maker{"seed-track-lstm-views",
          [] -> std::shared_ptr<ClipNet> { return std::make_shared<SeedTrackLstm>(SeedTrackInput::kStepsAndViews); }},
    Maker{"violence-clip", [] -> std::shared_ptr<ClipNet> { return std::make_shared<ViolenceClipNet>(); }},
    Maker{"violence-person", [] -> std::shared_ptr<ClipNet> { return std::make_shared<ViolencePerson>(); }},
};

}  // namespace

core::Result<std::shared_ptr<ClipNet>> make_clip_net(const std::string& name) {
  std::string known;
  for (const Maker& maker : kMakers) {
    if (maker.name == name) return maker.make();
    known += std::format("{}{}", known.empty() ? "" : ", ", maker.name);
  }
  return core::fail(core::ErrorCode::kInvalidArgument, std::format("no network is called '{}'; there are: {}", name, known));
}

std::vector<std::string> clip_net_names() {
  std::vector<std::string> names;
  for (const Maker& maker : kMakers) names.emplace_back(maker.name);
  return names;
}

}  // namespace vigil::nets
