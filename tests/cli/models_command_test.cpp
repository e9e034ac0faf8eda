// models as a user runs it: pulled from a mirror, found by name, verified.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"

namespace vigil {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::run_vigil;
using testing::HasSubstr;

class ModelsCommand : public testing::Test {
 protected:
  ModelsCommand() { setenv("VIGIL_MODELS", (dir_ / "models").c_str(), 1); }
  ~ModelsCommand() override {
    if (before_.empty()) {
      unsetenv("VIGIL_MODELS");
    } else {
      setenv("VIGIL_MODELS", before_.c_str(), 1);
    }
  }

  const std::string before_ = std::getenv("VIGIL_MODELS") ? std::getenv("VIGIL_MODELS") : "";
  const test::TempDir dir_;
};

json model_named(const json& list, const std::string& name) {
  for (const json& model : list["models"]) {
    if (model["name"] == name) return model;
  }
  return nullptr;
}

TEST_F(ModelsCommand, lists_what_comes_with_it_and_what_can_be_pulled) {
  const auto listed = run_vigil({"models", "list", "--json"});
  ASSERT_EQ(listed.exit_code, 0) << listed.errors;
  const json list = json::parse(listed.output);
  EXPECT_EQ(model_named(list, "violence-clip")["origin"], "house");
  EXPECT_THAT(model_named(list, "violence-person")["about"].get<std::string>(), HasSubstr("violence"));
  EXPECT_EQ(model_named(list, "yunet")["installed"], false);
  EXPECT_THAT(run_vigil({"models", "list"}).output, HasSubstr("can be pulled"));
}

TEST_F(ModelsCommand, pulls_from_a_mirror_and_verifies) {
  VIGIL_REQUIRE_SHARED(mirror, "models");
  const auto pulled = run_vigil({"models", "pull", "yunet", "--mirror", mirror.string()});
  ASSERT_EQ(pulled.exit_code, 0) << pulled.errors;
  EXPECT_TRUE(fs::exists(dir_ / "models/yunet.onnx"));
  EXPECT_EQ(model_named(json::parse(run_vigil({"models", "list", "--json"}).output), "yunet")["installed"], true);
  EXPECT_EQ(run_vigil({"models", "verify"}).exit_code, 0);
  std::ofstream(dir_ / "models/yunet.onnx", std::ios::app) << "x";
  const auto spoilt = run_vigil({"models", "verify", "yunet"});
  EXPECT_EQ(spoilt.exit_code, 1);
  EXPECT_THAT(spoilt.output, HasSubstr("not the file of the catalogue"));
}

TEST_F(ModelsCommand, tells_of_one_model) {
  EXPECT_THAT(run_vigil({"models", "info", "yunet"}).output, testing::AllOf(HasSubstr("MIT"), HasSubstr("https://")));
  EXPECT_THAT(run_vigil({"models", "info", "violence-clip"}).output, HasSubstr("# violence-clip"));
}

TEST_F(ModelsCommand, says_what_it_does_not_know) {
  for (const char* command : {"pull", "verify", "info"}) {
    const auto outcome = run_vigil({"models", command, "nothing"});
    EXPECT_EQ(outcome.exit_code, 2) << command;
    EXPECT_THAT(outcome.errors, HasSubstr("models list"));
  }
  const test::TempDir empty;
  const auto absent = run_vigil({"models", "pull", "yunet", "--mirror", empty.path().string()});
  EXPECT_EQ(absent.exit_code, 3);
  EXPECT_THAT(absent.errors, HasSubstr("face_detection_yunet_2023mar.onnx"));
}

TEST_F(ModelsCommand, a_command_that_misses_public_weights_says_what_brings_them) {
  for (const char* name : {"data/fight/a.mp4", "data/fight/b.mp4", "data/noFight/c.mp4", "data/noFight/d.mp4"}) {
    fs::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name) << "never opened";
  }
  const auto missed =
      run_vigil({"train", "seed-track-lstm-resnet", "--data", (dir_ / "data").string(), "--out", (dir_ / "run").string()});
  EXPECT_NE(missed.exit_code, 0);
  EXPECT_THAT(missed.errors, HasSubstr("vigil models pull resnet50 brings them"));
}

}  // namespace
}  // namespace vigil
