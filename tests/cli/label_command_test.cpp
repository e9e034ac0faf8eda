// label, train and eval of a detector as a user runs them, with the public weights as teacher and as beginning.
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

TEST(LabelCommand, a_detector_is_taught_by_another_and_measured) {
  VIGIL_REQUIRE_PUBLIC_MODEL(teacher, "nanodet.json");
  VIGIL_REQUIRE_SHARED(video, "data/surveillance-fights/noFight/nofi001.mp4");
  const test::TempDir dir;
  const std::string labels = (dir / "data/annotations/instances_street.json").string();
  const Outcome labelled = run_vigil({"label", video.string(), "--teacher", teacher.string() + "@320x320", "--teacher",
                                      teacher.string() + "@416x416/2x1", "--every", "0.5", "--out", labels, "--pictures",
                                      (dir / "data/street").string(), "--json"});
  ASSERT_EQ(labelled.exit_code, 0) << labelled.errors;
  const json done = json::parse(labelled.output);
  EXPECT_EQ(done["videos"], 1);
  EXPECT_GE(done["pictures"], 3);

  const Outcome trained = run_vigil(
      {"train", "person-nano", "--data", (dir / "data").string(), "--out", (dir / "run").string(), "--json", "--set",
       "net.weights=" + teacher.string(), "--set", "detection.train_px=160", "--set", "trainer.min_epochs=1", "--set",
       "trainer.max_epochs=1", "--set", "trainer.batch_size=2", "--set", "trainer.limit_train_batches=1"});
  ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  const std::string weights = json::parse(trained.output)["weights"];

  const Outcome measured = run_vigil({"eval", "detect", "--detector", weights, "--data", (dir / "data").string(), "--json"});
  ASSERT_EQ(measured.exit_code, 0) << measured.errors;
  EXPECT_EQ(json::parse(measured.output)["kind"], "NanoDet");
}

TEST(LabelCommand, wrong_use_names_the_remedy) {
  const test::TempDir dir;
  const std::string out = (dir / "out.json").string();
  const Outcome unreadable = run_vigil({"label", "street.mp4", "--teacher", "nanodet@640", "--out", out});
  EXPECT_NE(unreadable.exit_code, 0);
  EXPECT_THAT(unreadable.errors, HasSubstr("NAME@WIDTHxHEIGHT"));
  const Outcome unknown = run_vigil({"label", "street.mp4", "--teacher", "no-such-teacher", "--out", out});
  EXPECT_NE(unknown.exit_code, 0);
  EXPECT_THAT(unknown.errors, HasSubstr("no-such-teacher"));
}

}  // namespace
}  // namespace vigil
