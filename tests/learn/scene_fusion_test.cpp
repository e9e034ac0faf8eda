// One calibrated probability out of two models' logits, on opinions made up so that the answer is known.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.h"
#include "learn/scene_fusion_fitting.h"

namespace vigil::learn {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// Clips whose label is drawn with the probability that the true fusion gives to two random logits.
std::vector<ClipOpinion> drawn(const vision::SceneFusion& truth, int count, bool with_people) {
  core::Rng rng = core::make_rng({7, with_people ? 1U : 0U});
  std::vector<ClipOpinion> clips;
  for (int i = 0; i < count; ++i) {
    WindowOpinion window{.clip_logit = core::uniform(rng, -3, 3), .people_logit = std::nullopt};
    if (with_people) window.people_logit = core::uniform(rng, -3, 3);
    const double p = truth.scene(window.clip_logit, window.people_logit);
    ClipOpinion clip{.clip = {}, .windows = {window}};
    clip.clip.label = core::uniform(rng, 0, 1) < p ? 1 : 0;
    clips.push_back(std::move(clip));
  }
  return clips;
}

TEST(SceneFusion, finds_the_weights_that_labels_were_drawn_with) {
  const vision::SceneFusion truth{.clip = 1.5, .people = 0.5, .bias = -0.4, .clip_alone = 0.8, .bias_alone = 0.3};
  const auto with_people = drawn(truth, 20'000, true);
  const vision::SceneFusion fitted = fit_fusion(with_people);
  EXPECT_NEAR(fitted.clip, truth.clip, 0.1);
  EXPECT_NEAR(fitted.people, truth.people, 0.1);
  EXPECT_NEAR(fitted.bias, truth.bias, 0.1);
  const vision::SceneFusion alone = fit_fusion(drawn(truth, 20'000, false));
  EXPECT_NEAR(alone.clip_alone, truth.clip_alone, 0.1);
  EXPECT_NEAR(alone.bias_alone, truth.bias_alone, 0.1);
  EXPECT_EQ(alone.clip, vision::SceneFusion().clip) << "nothing was seen of people";
}

TEST(SceneFusion, is_calibrated_eight_in_ten_at_0_8) {
  const vision::SceneFusion truth{.clip = 2, .people = 1, .bias = 0.5};
  const vision::SceneFusion fitted = fit_fusion(drawn(truth, 10'000, true));
  int violent = 0, all = 0;
  for (const ClipOpinion& clip : drawn(truth, 10'000, true)) {
    const double p = fused_probability(fitted, clip);
    if (p < 0.75 || p > 0.85) continue;
    ++all;
    violent += clip.clip.label;
  }
  EXPECT_NEAR(static_cast<double>(violent) / all, 0.8, 0.05) << all;
}

TEST(SceneFusion, classes_that_part_cleanly_give_finite_weights) {
  std::vector<ClipOpinion> clips(2);
  clips[0].windows = {{.clip_logit = -5, .people_logit = -5}};
  clips[1].windows = {{.clip_logit = 5, .people_logit = 5}};
  clips[1].clip.label = 1;
  const vision::SceneFusion fitted = fit_fusion(clips);
  EXPECT_TRUE(std::isfinite(fitted.clip) && std::isfinite(fitted.people) && std::isfinite(fitted.bias));
  EXPECT_GT(fused_probability(fitted, clips[1]), 0.8);
}

TEST(SceneFusion, travels_in_metadata_and_a_damaged_field_is_named) {
  const vision::SceneFusion fusion{.clip = 0.125, .people = -3, .bias = 1e-3, .clip_alone = 2, .bias_alone = 0};
  std::map<std::string, std::string> metadata;
  vision::to_metadata(fusion, metadata);
  const auto back = vision::fusion_from_metadata(metadata);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->scene(1, 2), fusion.scene(1, 2));
  EXPECT_EQ(back->scene(1, std::nullopt), sigmoid(2));
  metadata["fusion.people"] = "much";
  EXPECT_THAT(vision::fusion_from_metadata(metadata).error().message, testing::HasSubstr("'fusion.people' = 'much'"));
  metadata["fusion.people"] = "inf";
  EXPECT_FALSE(vision::fusion_from_metadata(metadata));
}

TEST(SceneFusion, a_person_is_as_violent_as_the_scene_or_less) {
  const vision::SceneFusion fusion{.clip = 0.8, .people = 0.2, .bias = 0.1};
  EXPECT_NEAR(fusion.person(0.9, 1, 1), 0.9, 1e-12);
  EXPECT_NEAR(fusion.person(0.9, 1, 5), 0.9, 1e-12) << "nobody is more violent than what happens";
  EXPECT_NEAR(fusion.person(0.5, 1, -3), sigmoid(-4), 1e-12);
}

}  // namespace
}  // namespace vigil::learn
