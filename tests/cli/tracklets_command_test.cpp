// tracklets, train and eval reid as a user runs them, on the sample clips.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"

namespace vigil {
namespace {

using nlohmann::json;
using test::Outcome;
using test::run_vigil;
using ::testing::HasSubstr;

TEST(TrackletsCommand, people_are_cut_out_learned_from_and_known_again) {
  VIGIL_REQUIRE_PUBLIC_MODEL(detector, "nanodet.json");
  VIGIL_REQUIRE_SHARED(one, "data/surveillance-fights/noFight/nofi001.mp4");
  const auto street = test::street_video();
  ASSERT_TRUE(street) << "Debian's opencv-doc is part of the toolchain";
  const test::TempDir dir;
  const std::string folder = (dir / "people").string();
  const Outcome cut = run_vigil({"tracklets", one.string(), street->string(), "--detector", detector.string(), "--out",
                                 folder, "--fps", "3", "--every", "0.6", "--json"});
  ASSERT_EQ(cut.exit_code, 0) << cut.errors;
  EXPECT_EQ(json::parse(cut.output)["videos"], 2);
  EXPECT_GE(json::parse(cut.output)["tracklets"], 8);

  const Outcome trained = run_vigil({"train", "person-look", "--data", folder, "--out", (dir / "run").string(), "--json",
                                     "--set", "looks.held_out_every=0", "--set", "trainer.batch_size=16", "--set",
                                     "trainer.min_epochs=1", "--set", "trainer.max_epochs=1"});
  ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  const std::string weights = json::parse(trained.output)["weights"];
  const Outcome measured =
      run_vigil({"eval", "reid", "--embedder", weights, "--tracklets", folder, "--held-out-every", "0", "--json"});
  ASSERT_EQ(measured.exit_code, 0) << measured.errors;
  EXPECT_EQ(json::parse(measured.output)["input"], json({64, 128}));
}

TEST(TrackletsCommand, the_house_network_tells_people_of_the_street_apart) {
  VIGIL_REQUIRE_SHARED(truth, "data/tracking/PETS09-S2L1/gt_1-400.txt");
  const auto street = test::street_video();
  ASSERT_TRUE(street) << "Debian's opencv-doc is part of the toolchain";
  const Outcome measured = run_vigil(
      {"eval", "reid", "--video", street->string(), "--truth", truth.string(), "--every", "10", "--min-gap", "2", "--json"});
  ASSERT_EQ(measured.exit_code, 0) << measured.errors;
  EXPECT_GT(json::parse(measured.output)["scores"]["rank1"], 0.4) << "by chance it would be right once in seven times";
}

TEST(TrackletsCommand, wrong_use_names_the_remedy) {
  const Outcome both = run_vigil({"eval", "reid", "--video", "street.mp4"});
  EXPECT_NE(both.exit_code, 0);
  EXPECT_THAT(both.errors, HasSubstr("--truth"));
  const test::TempDir dir;
  const Outcome none = run_vigil({"train", "person-look", "--data", dir.path().string(), "--out", (dir / "run").string()});
  EXPECT_NE(none.exit_code, 0);
  EXPECT_THAT(none.errors, HasSubstr("tracklets.json"));
}

}  // namespace
}  // namespace vigil
