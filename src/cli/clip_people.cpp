#include "cli/clip_people.h"

#include <format>
#include <utility>

#include "media/frame_rate.h"
#include "media/source.h"
#include "pipeline/analysis_options.h"
#include "pipeline/people_stage.h"

namespace vigil::cli {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

class LinePeople : public learn::PeopleProvider {
 public:
  explicit LinePeople(PeopleChoice choice) : choice_(std::move(choice)) {}

  std::string key() const override {
    return std::format("{}|{}|{}|{}|{}|{}", choice_.detector.value_or(kDefaultDetector), choice_.pose.value_or(kDefaultPose),
                       choice_.embedder.value_or(kDefaultEmbedder), fps(), choice_.min_score.value_or(0),
                       choice_.min_new_score.value_or(0));
  }

  Result<learn::ClipPeople> people_of(const std::filesystem::path& clip, std::stop_token stop) override {
    if (!finder_) {
      auto loaded = load_people_finder(choice_);
      if (!loaded) return std::unexpected(loaded.error());
      if (!*loaded) {
        return fail(ErrorCode::kNotFound,
                    "the weights that find people are not on this machine; set-up takes them from the npm registry");
      }
      finder_ = std::move(*loaded);
    }
    const auto options = people_options(choice_);
    if (!options) return std::unexpected(options.error());
    auto source = media::Source::open(clip.string(), {.stop = std::move(stop)});
    if (!source) return std::unexpected(source.error());
    learn::ClipPeople people{.frames = {}, .width_px = (*source)->info().width_px, .height_px = (*source)->info().height_px};
    auto stage = pipeline::PeopleStage::create(*finder_, *options, [&](const core::FramePeople& frame) -> core::Status {
      people.frames.push_back(frame);
      return {};
    });
    if (!stage) return std::unexpected(stage.error());
    media::FrameRate rate(fps());
    for (;;) {
      auto frame = (*source)->read();
      if (!frame) return std::unexpected(frame.error());
      if (!*frame) break;
      if (!rate.due((*frame)->pts())) continue;
      if (auto pushed = (*stage)->push(**frame); !pushed) return std::unexpected(pushed.error());
    }
    if (auto finished = (*stage)->finish(); !finished) return std::unexpected(finished.error());
    return people;
  }

 private:
  double fps() const { return choice_.fps.value_or(pipeline::AnalysisOptions().people_fps); }

  PeopleChoice choice_;
  std::unique_ptr<vision::PeopleFinder> finder_;
};

}  // namespace

std::shared_ptr<learn::PeopleProvider> line_people(const PeopleChoice& choice) {
  return std::make_shared<LinePeople>(choice);
}

}  // namespace vigil::cli
