#include "learn/recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::learn {
namespace {

using ::testing::HasSubstr;

const std::string kSeed = std::string(VIGIL_SOURCE_DIR) + "/recipes/seed-3dcnn.toml";

std::string error_of(const std::string& toml, const std::vector<std::string>& overrides = {}) {
  const auto recipe = parse_recipe(toml, "r.toml", overrides);
  if (recipe) return "(no error)";
  EXPECT_EQ(recipe.error().code, core::ErrorCode::kInvalidArgument);
  return recipe.error().message;
}

TEST(Recipe, seed_has_the_settings_of_the_document) {
  const auto recipe = load_recipe(kSeed);
  ASSERT_TRUE(recipe) << recipe.error().message;
  EXPECT_EQ(recipe->name, "seed-3dcnn");
  EXPECT_EQ(recipe->net.name, "seed-3dcnn");
  EXPECT_EQ(recipe->transform.frames, 10);
  EXPECT_EQ(recipe->transform.window.us(), 1'000'000);
  EXPECT_EQ(recipe->transform.short_side_min_px, 248);
  EXPECT_EQ(recipe->transform.short_side_max_px, 256);
  EXPECT_EQ(recipe->transform.crop_px, 112);
  EXPECT_EQ(recipe->transform.mean, (std::array<float, 3>{0.45F, 0.45F, 0.45F}));
  EXPECT_EQ(recipe->transform.stddev, (std::array<float, 3>{0.225F, 0.225F, 0.225F}));
  EXPECT_EQ(recipe->transform.flip_probability, 0.5);
  EXPECT_EQ(recipe->optimizer.kind, OptimizerKind::kAdamW);
  EXPECT_EQ(recipe->optimizer.lr, 1e-3);
  EXPECT_EQ(recipe->optimizer.weight_decay, 0.01);
  EXPECT_EQ(recipe->schedule.kind, ScheduleKind::kCosine);
  EXPECT_EQ(recipe->schedule.t_max, 10);
  EXPECT_EQ(recipe->schedule.eta_min, 1e-6);
  EXPECT_EQ(recipe->trainer.seed, 1);
  EXPECT_EQ(recipe->trainer.min_epochs, 10);
  EXPECT_EQ(recipe->trainer.max_epochs, 15);
  EXPECT_EQ(recipe->trainer.batch_size, 5);
  EXPECT_EQ(recipe->trainer.accumulate_batches, 2);
  EXPECT_EQ(recipe->trainer.precision, nn::Precision::kMixed16);
  EXPECT_EQ(recipe->trainer.limit_val_batches, 5);
  EXPECT_EQ(recipe->trainer.limit_test_batches, 5);
}

TEST(Recipe, reads_back_what_it_writes) {
  const auto recipe = load_recipe(kSeed, {"transform.mean=[0.1, 0.2, 0.3]", "optimizer.kind=sgd", "data.skip_broken=true"});
  ASSERT_TRUE(recipe) << recipe.error().message;
  const std::string text = to_toml(*recipe);
  const auto again = parse_recipe(text, "written");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_toml(*again), text);
  EXPECT_EQ(again->transform, recipe->transform);
  EXPECT_EQ(again->optimizer.kind, OptimizerKind::kSgd);
  EXPECT_TRUE(again->data.skip_broken);
}

TEST(Recipe, names_the_unknown_key_and_the_known_ones) {
  const std::string message = error_of("name = \"x\"\n[optimizer]\nlearning_rate = 1\n");
  EXPECT_THAT(message, HasSubstr("optimizer.learning_rate = 1"));
  EXPECT_THAT(message, HasSubstr("weight_decay"));
  EXPECT_THAT(error_of("name = \"x\"\n[optimiser]\nlr = 1\n"), HasSubstr("optimiser: unknown"));
}

TEST(Recipe, names_the_value_and_the_range) {
  EXPECT_THAT(error_of("name = \"x\"\n[optimizer]\nlr = -1.5\n"),
              HasSubstr("optimizer.lr = -1.5: must be above 0 and at most 10"));
  EXPECT_THAT(error_of("name = \"x\"\n[optimizer]\nlr = nan\n"), HasSubstr("must be above 0"));
  EXPECT_THAT(error_of("name = \"x\"\n[trainer]\nbatch_size = 0\n"),
              HasSubstr("trainer.batch_size = 0: must be at least 1"));
  EXPECT_THAT(error_of("name = \"x\"\n[trainer]\nthreshold = 1\n"), HasSubstr("must be above 0 and below 1"));
}

TEST(Recipe, refuses_wrong_types) {
  EXPECT_THAT(error_of("name = \"x\"\n[trainer]\nbatch_size = 2.5\n"), HasSubstr("must be a whole number"));
  EXPECT_THAT(error_of("name = \"x\"\n[trainer]\nbatch_size = \"5\"\n"), HasSubstr("must be a whole number"));
  EXPECT_THAT(error_of("name = \"x\"\n[data]\nskip_broken = 1\n"), HasSubstr("must be true or false"));
  EXPECT_THAT(error_of("name = \"x\"\n[optimizer]\nkind = \"rmsprop\"\n"),
              HasSubstr("must be one of \"adamw\", \"adam\", \"sgd\""));
  EXPECT_THAT(error_of("name = \"x\"\n[transform]\nmean = [0.4, 0.4]\n"), HasSubstr("must be a list of 3 numbers"));
  EXPECT_THAT(error_of("name = \"x\"\ntrainer = 3\n"), HasSubstr("must be a section"));
}

TEST(Recipe, refuses_values_that_do_not_fit_together) {
  EXPECT_THAT(error_of("name = \"x\"\n[trainer]\nmin_epochs = 12\nmax_epochs = 3\n"), HasSubstr("trainer.max_epochs = 3"));
  EXPECT_THAT(error_of("name = \"x\"\n[transform]\nshort_side_min = 100\nshort_side_max = 90\n"),
              HasSubstr("short_side_max"));
  EXPECT_THAT(error_of("name = \"x\"\n[transform]\ncrop = 300\n"), HasSubstr("crop = 300"));
}

TEST(Recipe, names_file_and_line_of_broken_toml) {
  EXPECT_THAT(error_of("name = \"x\"\n[trainer\n"), HasSubstr("r.toml:2"));
  EXPECT_THAT(error_of("[trainer]\n"), HasSubstr("name: must be given"));
}

TEST(Recipe, overrides_win_and_are_checked_alike) {
  const std::string toml = "name = \"x\"\n[optimizer]\nlr = 1e-3\n";
  const auto recipe = parse_recipe(toml, "r", {"optimizer.lr=0.5", "net.name=other-net", "trainer.precision=32", "name=y"});
  ASSERT_TRUE(recipe) << recipe.error().message;
  EXPECT_EQ(recipe->optimizer.lr, 0.5);
  EXPECT_EQ(recipe->net.name, "other-net");
  EXPECT_EQ(recipe->trainer.precision, nn::Precision::kFull32);
  EXPECT_EQ(recipe->name, "y");
  EXPECT_THAT(error_of(toml, {"optimizer.lr=fast"}), HasSubstr("optimizer.lr"));
  EXPECT_THAT(error_of(toml, {"lr=1"}), HasSubstr("section.key=value"));
  EXPECT_THAT(error_of(toml, {"optimizer.lr"}), HasSubstr("section.key=value"));
}

TEST(Recipe, missing_file_is_not_found) {
  const auto recipe = load_recipe("no/such/recipe.toml");
  ASSERT_FALSE(recipe);
  EXPECT_EQ(recipe.error().code, core::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace vigil::learn
