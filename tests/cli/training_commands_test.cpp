// train, eval and predict as a user runs them, on a small set of made clips.
#include <algorithm>
#include <cstdlib>
#include <format>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "core/atomic_file.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil {
namespace {

using nlohmann::json;
using test::Outcome;
using test::run_vigil;
using ::testing::HasSubstr;

class TrainingCommandsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = std::make_unique<test::TempDir>();
    setenv("XDG_CACHE_HOME", (*dir_ / "cache").c_str(), /*overwrite=*/1);  // no features of earlier runs
    std::filesystem::create_directory(data());
    std::ofstream csv(data() / "clips.csv");
    csv << "file,label,group\n";
    for (int i = 0; i < 8; ++i) {
      const std::string name = std::format("clip-{}.mp4", i);
      const auto made = test::make_media(
          name, std::format("-f lavfi -i testsrc2=size=160x120:rate=15:duration=1.5,hue=h={} -c:v libx264 -pix_fmt yuv420p",
                            40 * i));
      std::filesystem::copy_file(made, data() / name);
      csv << std::format("{},{},g{}\n", name, i % 2 == 0 ? "fight" : "noFight", i / 2);
    }
    csv.close();
    const Outcome trained = train(run(), {});
    ASSERT_EQ(trained.exit_code, 0) << trained.errors;
    trained_ = json::parse(trained.output);
  }
  static void TearDownTestSuite() { dir_.reset(); }

  static std::filesystem::path data() { return *dir_ / "data"; }
  static std::filesystem::path run() { return *dir_ / "run"; }
  static std::string weights() { return trained_["weights"]; }

  static Outcome train(const std::filesystem::path& out, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"train",
                                          "seed-3dcnn",
                                          "--data",
                                          data().string(),
                                          "--out",
                                          out.string(),
                                          "--json",
                                          "--set",
                                          "trainer.min_epochs=1",
                                          "--set",
                                          "trainer.max_epochs=2",
                                          "--set",
                                          "data.validation_fraction=0.25"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_vigil(arguments);
  }

  static std::unique_ptr<test::TempDir> dir_;
  static json trained_;
};

std::unique_ptr<test::TempDir> TrainingCommandsTest::dir_;
json TrainingCommandsTest::trained_;

TEST_F(TrainingCommandsTest, train_leaves_weights_logs_and_report) {
  EXPECT_EQ(trained_["recipe"], "seed-3dcnn");
  EXPECT_EQ(trained_["epochs"], 2);
  for (const char* name : {"weights.safetensors", "last.ckpt", "log.csv", "report.html", "recipe.toml"}) {
    EXPECT_TRUE(std::filesystem::exists(run() / name)) << name;
  }
}

TEST_F(TrainingCommandsTest, eval_measures_every_clip_and_writes_a_row_for_each) {
  const auto csv = *dir_ / "scores.csv";
  const Outcome outcome = run_vigil({"eval", weights(), "--data", data().string(), "--json", "--csv", csv.string()});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const json document = json::parse(outcome.output);
  EXPECT_EQ(document["clips"], 8);
  EXPECT_EQ(document["windows"], 3);
  const json& confusion = document["scores"]["confusion"];
  EXPECT_EQ(
      confusion[0][0].get<int>() + confusion[0][1].get<int>() + confusion[1][0].get<int>() + confusion[1][1].get<int>(), 8);

  std::ifstream rows(csv);
  std::string line;
  std::getline(rows, line);
  EXPECT_EQ(line, "file,label,probability");
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(std::getline(rows, line));
    EXPECT_THAT(line, ::testing::StartsWith(std::format("clip-{}.mp4,{},0.", i, i % 2 == 0 ? 1 : 0)));
  }
  EXPECT_FALSE(std::getline(rows, line));
}

TEST_F(TrainingCommandsTest, eval_with_another_threshold_calls_clips_otherwise) {
  const auto positives = [&](const char* threshold) {
    const Outcome outcome = run_vigil({"eval", weights(), "--data", data().string(), "--json", "--threshold", threshold});
    const json confusion = json::parse(outcome.output)["scores"]["confusion"];
    return confusion[0][1].get<int>() + confusion[1][1].get<int>();
  };
  EXPECT_EQ(positives("0.000001"), 8);
  EXPECT_EQ(positives("0.999999"), 0);
}

TEST_F(TrainingCommandsTest, predict_says_what_eval_says) {
  const auto csv = *dir_ / "for-predict.csv";
  ASSERT_EQ(run_vigil({"eval", weights(), "--data", data().string(), "--csv", csv.string()}).exit_code, 0);
  const std::string file = (data() / "clip-0.mp4").string();
  const Outcome outcome = run_vigil({"predict", weights(), file, "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const json first = json::parse(outcome.output)["files"][0];
  EXPECT_EQ(first["file"], file);
  const double probability = first["probability"];
  EXPECT_EQ(first["class"], probability >= 0.5 ? "violence" : "non-violence");
  const std::string rows = *core::read_file(csv);
  constexpr std::string_view kClip = "clip-0.mp4,1,";
  EXPECT_NEAR(std::stod(rows.substr(rows.find(kClip) + kClip.size())), probability, 1e-4);
  EXPECT_THAT(run_vigil({"predict", weights(), file}).output, HasSubstr(first["class"].get<std::string>()));
}

TEST_F(TrainingCommandsTest, cross_validation_measures_each_clip_once_a_seed) {
  const Outcome outcome = run_vigil({"eval", "seed-3dcnn", "--data", data().string(), "--cross-validate", "2", "--seeds",
                                     "1,2", "--json", "--out", (*dir_ / "folds").string(), "--set", "trainer.min_epochs=1",
                                     "--set", "trainer.max_epochs=1", "--set", "data.validation_fraction=0"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const json document = json::parse(outcome.output);
  EXPECT_EQ(document["split"], "grouped");
  ASSERT_EQ(document["folds"].size(), 4U);
  EXPECT_EQ(document["accuracy"]["count"], 4);
  for (const json& fold : document["folds"]) EXPECT_EQ(fold["train_clips"].get<int>() + fold["test_clips"].get<int>(), 8);
  ASSERT_EQ(document["seeds"].size(), 2U);
  EXPECT_THAT(outcome.errors, HasSubstr("seed 2 fold 2"));
  int kept_aside = 0;
  for (const char* fold : {"fold-1", "fold-2"}) {
    const std::string csv = core::read_file(*dir_ / "folds/seed-2" / fold / "scores.csv").value_or("");
    EXPECT_THAT(csv, ::testing::StartsWith("file,label,probability\n"));
    kept_aside += static_cast<int>(std::ranges::count(csv, '\n')) - 1;
  }
  EXPECT_EQ(kept_aside, 8);
}

TEST_F(TrainingCommandsTest, the_house_model_is_trained_measured_and_served_by_the_same_commands) {
  const std::filesystem::path out = *dir_ / "house";
  const Outcome trained = run_vigil({"train", "violence-clip", "--data", data().string(), "--out", out.string(), "--json"});
  ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  const json run = json::parse(trained.output);
  EXPECT_EQ(run["epochs"], 40);
  const std::string house = run["weights"];

  const Outcome measured = run_vigil({"eval", house, "--data", data().string(), "--json"});
  ASSERT_EQ(measured.exit_code, 0) << measured.errors;
  EXPECT_EQ(json::parse(measured.output)["clips"], 8);
  EXPECT_EQ(json::parse(measured.output)["model"], "violence-clip");

  const Outcome analysed = run_vigil(
      {"analyze", (data() / "clip-0.mp4").string(), "--weights", house, "--out", (*dir_ / "analysed").string(), "--json"});
  ASSERT_EQ(analysed.exit_code, 0) << analysed.errors;
  EXPECT_EQ(json::parse(analysed.output)[0]["complete"], true);

  const Outcome folds =
      run_vigil({"eval", "violence-clip", "--data", data().string(), "--cross-validate", "2", "--json", "--out",
                 (*dir_ / "house-folds").string(), "--set", "trainer.min_epochs=2", "--set", "trainer.max_epochs=2"});
  ASSERT_EQ(folds.exit_code, 0) << folds.errors;
  EXPECT_EQ(json::parse(folds.output)["folds"].size(), 2U);
}

TEST_F(TrainingCommandsTest, wrong_usage_ends_with_2_and_names_the_remedy) {
  const auto expect = [&](const std::vector<std::string>& arguments, const std::string& words) {
    const Outcome outcome = run_vigil(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr(words));
    EXPECT_EQ(outcome.output, "");
  };
  const std::string folder = data().string();
  expect({"train", "seed-3dcnn"}, "--data");
  expect({"train", "seed-3dcnn", "--data", folder, "--set", "optimizer.lr=-1"}, "optimizer.lr");
  expect({"train", "seed-3dcnn", "--data", folder, "--fold", "6/5"}, "i/k");
  expect({"train", "seed-3dcnn", "--data", folder, "--set", "data.validation_fraction=0", "--device", "tpu"}, "tpu");
  expect({"eval", "recipe.toml", "--data", folder}, "--cross-validate");
  expect({"eval", weights(), "--data", folder, "--threshold", "1.5"}, "--threshold");
}

TEST_F(TrainingCommandsTest, input_that_cannot_be_read_ends_with_3) {
  const auto expect = [&](const std::vector<std::string>& arguments, const std::string& words) {
    const Outcome outcome = run_vigil(arguments);
    EXPECT_EQ(outcome.exit_code, 3) << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr(words));
  };
  const std::string folder = data().string();
  const std::string no_video = (*dir_ / "text.mp4").string();
  std::ofstream(no_video) << "no video";
  expect({"train", "no-such-recipe", "--data", folder}, "no-such-recipe");
  expect({"train", "seed-3dcnn", "--data", folder + "/none"}, "none");
  expect({"eval", "no-such-model", "--data", folder}, "no-such-model");
  expect({"eval", no_video, "--data", folder}, "text.mp4");
  expect({"predict", weights(), folder + "/none.mp4"}, "none.mp4");
  const Outcome mixed = run_vigil({"predict", weights(), no_video, folder + "/clip-1.mp4"});
  EXPECT_EQ(mixed.exit_code, 3);
  EXPECT_THAT(mixed.errors, HasSubstr("text.mp4"));
  EXPECT_THAT(mixed.output, HasSubstr("clip-1.mp4")) << "what can be read is shown";
}

}  // namespace
}  // namespace vigil
