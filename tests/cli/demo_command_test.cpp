// demo and serve as a user runs them: the repository that they fill, and how they end.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <functional>
#include <thread>

#include <gmock/gmock.h>

#include "archive/archive.h"
#include "cli/clip_weights.h"
#include "cli/program.h"
#include "cli/running_program.h"
#include "support/eventually.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::eventually;
using test::run_vigil;
using testing::HasSubstr;

TEST(DemoCommand, analyses_the_street_video_and_plays_it_as_a_camera) {
  const test::TempDir folder;
  const auto video = test::make_media("street6.avi", "-f lavfi -i testsrc2=s=320x240:r=10:d=6 -c:v mpeg4 -q:v 5");
  setenv("VIGIL_STREET_VIDEO", video.c_str(), 1);
  const fs::path data = folder / "demo", weights = folder / "weights.safetensors";
  test::write_clip_weights(weights);
  test::RunningProgram demo({"demo", "--weights", weights.string(), "--data", data.string(), "--port", "0", "--no-browser"});
  unsetenv("VIGIL_STREET_VIDEO");
  const auto look = [&](auto&& holds) {
    const auto archive = archive::Archive::open({.folder = data, .connections = 1, .exclusive = false});
    return archive && holds(**archive);
  };
  EXPECT_TRUE(eventually([&] {
    return look([](archive::Archive& archive) {
      const auto jobs = archive.jobs().all();
      return jobs && jobs->size() == 1 && jobs->front().state == archive::JobState::kDone;
    });
  }));
  // As a camera it is what browsers play, whatever it was, and it is recorded.
  EXPECT_TRUE(eventually([&] {
    return look([](archive::Archive& archive) {
      const auto now = archive::now();
      const auto recorded = archive.recordings().between(1, now - 1h, now + 1h);
      return recorded && recorded->size() >= 2;
    });
  }));
  demo.send(SIGINT);
  EXPECT_EQ(demo.wait(), 0);
}

TEST(DemoCommand, names_what_is_missing) {
  const test::TempDir folder;
  setenv("VIGIL_STREET_VIDEO", "/nowhere/street.avi", 1);
  const auto missing = run_vigil({"demo", "--data", folder / "demo"});
  unsetenv("VIGIL_STREET_VIDEO");
  EXPECT_EQ(missing.exit_code, 3);
  EXPECT_THAT(missing.errors, HasSubstr("opencv-doc"));
}

TEST(ServeCommand, refuses_to_be_reached_from_elsewhere_without_tls) {
  const test::TempDir folder;
  const auto outcome = run_vigil({"serve", "--data", folder / "data", "--address", "0.0.0.0"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("TLS"));
  EXPECT_FALSE(fs::exists(folder / "data"));
}

TEST(ServeCommand, ends_by_ctrl_c) {
  const test::TempDir folder;
  test::RunningProgram serve({"serve", "--data", (folder / "data").string(), "--port", "0"});
  EXPECT_TRUE(eventually([&] { return fs::exists(folder / "data" / "vigil.db"); }));
  std::this_thread::sleep_for(2s);
  serve.send(SIGINT);
  EXPECT_EQ(serve.wait(), 0);
}

}  // namespace
}  // namespace vigil
