// demo and serve as a user runs them: the repository that they fill, and how they end.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

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

// The demo with a street video of six seconds and weights that know nothing.
class StreetDemo {
 public:
  StreetDemo() { test::write_clip_weights(weights_); }

  fs::path data() const { return folder_ / "demo"; }
  std::string name() const { return video_.filename().string(); }
  std::uintmax_t size() const { return fs::file_size(video_); }

  std::unique_ptr<archive::Archive> repository() const { return archive::Archive::open({.folder = data()}).value(); }
  void start() {
    setenv("VIGIL_STREET_VIDEO", video_.c_str(), 1);
    program_.emplace(std::vector<std::string>{"demo", "--weights", weights_.string(), "--data", data().string(), "--port",
                                              "0", "--no-browser"});
    unsetenv("VIGIL_STREET_VIDEO");
  }
  // Beside the program.
  bool comes_to(const std::function<bool(archive::Archive&)>& holds) const {
    return eventually([&] {
      const auto archive = archive::Archive::open({.folder = data(), .connections = 1, .exclusive = false});
      return archive && holds(**archive);
    });
  }
  void kill() { program_.reset(); }
  int end() {
    program_->send(SIGINT);
    return program_->wait();
  }

 private:
  const test::TempDir folder_;
  const fs::path video_ = test::make_media("street6.avi", "-f lavfi -i testsrc2=s=320x240:r=10:d=6 -c:v mpeg4 -q:v 5");
  const fs::path weights_ = folder_ / "weights.safetensors";
  std::optional<test::RunningProgram> program_;
};

bool has_one_job_done(archive::Archive& archive) {
  const auto jobs = archive.jobs().all();
  return jobs && jobs->size() == 1 && jobs->front().state == archive::JobState::kDone;
}

TEST(DemoCommand, analyses_the_street_video_and_plays_it_as_a_camera) {
  StreetDemo demo;
  demo.start();
  EXPECT_TRUE(demo.comes_to(has_one_job_done));
  // As a camera it is what browsers play, whatever it was, and it is recorded.
  EXPECT_TRUE(demo.comes_to([](archive::Archive& archive) {
    const auto now = archive::now();
    const auto recorded = archive.recordings().between(1, now - 1h, now + 1h);
    return recorded && recorded->size() >= 2;
  }));
  EXPECT_EQ(demo.end(), 0);
}

TEST(DemoCommand, does_not_analyse_again_what_was_found_and_whose_job_was_forgotten) {
  StreetDemo demo;
  const auto id = demo.repository()->event_store().add(
      {.uid = "job1-event-1", .source = demo.name(), .kind = "violence", .begin = archive::now(), .end = archive::now()},
      {});
  ASSERT_TRUE(id) << id.error().message;
  demo.start();
  EXPECT_TRUE(demo.comes_to([](archive::Archive& archive) {
    const auto cameras = archive.cameras().all();
    return cameras && !cameras->empty();
  }));
  demo.kill();
  EXPECT_TRUE(demo.repository()->jobs().all()->empty());
}

TEST(DemoCommand, analyses_again_under_the_same_job_what_failed) {
  StreetDemo demo;
  {
    const auto repository = demo.repository();
    const auto id = repository->jobs().add({.name = demo.name(), .file = "uploads/first", .size = demo.size()});
    ASSERT_TRUE(id) << id.error().message;
    ASSERT_TRUE(repository->jobs().set_state(*id, archive::JobState::kFailed, "the disk was full"));
  }
  demo.start();
  EXPECT_TRUE(demo.comes_to(has_one_job_done));
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
